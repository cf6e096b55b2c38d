// Insight for a command: over the record and the mirror that the configuration names.
import { systemClock } from '../clock.ts'
import { loadMirrorConfig } from '../config/load-config.ts'
import { withHygiene } from '../insight/hygiene.ts'
import { knowledgeOf } from '../insight/mirror-knowledge.ts'
import { Mirror } from '../mirror/mirror.ts'
import { MirrorStore } from '../mirror/mirror-store.ts'
import { nextTurn } from '../mirror/next-turn.ts'
import type { OpenInsights } from './insights-command.ts'
import { openRecord } from './record-of-command.ts'

export const openInsights: OpenInsights = async (context, options) => {
  const record = await openRecord(options, context)
  try {
    const { enabled, path } = loadMirrorConfig(context.environment, options.config).mirror
    const mirror = enabled ? await mirrorAt(path) : undefined
    const knowledge = () => mirror && knowledgeOf(mirror, systemClock.wallTime())
    const pause = async () => {
      // Lets Ctrl-C through.
      await nextTurn()
      context.signal.throwIfAborted()
    }
    return {
      insights: withHygiene(record.recorder.insights, knowledge, pause),
      close: () => record.close(),
    }
  } catch (error) {
    await record.close()
    throw error
  }
}

/** @throws CuecardError `mirror.unavailable`. */
async function mirrorAt(path: string): Promise<Mirror> {
  const store = new MirrorStore(path, { create: false })
  try {
    const mirror = new Mirror(store, systemClock)
    await mirror.follow()
    return mirror
  } finally {
    store.close()
  }
}
