// `cuecard mirror status`: what the copy holds, how old it is, and what is in the way.
import type { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { loadMirrorConfig } from '../config/load-config.ts'
import { type MirrorStatus, mirrorStatus } from '../mirror/mirror-status.ts'
import { MirrorStore } from '../mirror/mirror-store.ts'
import type { CommandContext } from './command-context.ts'
import { counted } from './counted.ts'
import type { Terminal } from './terminal.ts'
import { printable } from './text-width.ts'

interface Options {
  readonly config?: string
  readonly json?: true
}

export function addMirrorStatusCommand(mirror: Command, { terminal, environment, exitWith }: CommandContext) {
  mirror
    .command('status')
    .summary('show what the copy holds, and how old it is')
    .description(
      'Shows each origin of the copy: its articles by state, when it was in step, and what keeps it from being so.',
    )
    .option('--config <file>', 'settings as YAML or JSON')
    .option('--json', 'print JSON; times are ISO 8601')
    .action(({ config, json }: Options) => {
      const settings = loadMirrorConfig(environment, config).mirror
      const store = new MirrorStore(settings.path, { create: false })
      try {
        const status = mirrorStatus(store, systemClock)
        if (json) terminal.out(JSON.stringify(status, null, 2))
        else for (const line of linesOf(status, terminal)) terminal.out(line)
        if (!status.inStep) exitWith(1)
      } finally {
        store.close()
      }
    })
}

function linesOf({ path, bytes, origins }: MirrorStatus, { paint }: Terminal): string[] {
  if (origins.length === 0) return [`${path} is empty; \`cuecard mirror sync\` fills it.`]
  const head = `${path}, ${(bytes / 1024 / 1024).toFixed(1)} MiB`
  return [
    paint('bold', head),
    ...origins.flatMap((origin) => {
      const { articles } = origin
      const kept = Object.entries(articles).filter(([state, count]) => count > 0 && state !== 'inForce')
      const counts = [
        `${articles.inForce} in force`,
        ...kept.map(([state, count]) => `${count} ${words[state] ?? state}`),
      ]
      if (origin.skipped > 0) counts.push(`${origin.skipped} left out`)
      const age = origin.ageSeconds === null ? 'never in step' : `in step ${spanOf(origin.ageSeconds)} ago`
      const walk = origin.underWay
        ? [
            `  ${origin.underWay.kind} sync left after ${counted(origin.underWay.done, 'document')}; it goes on there`,
          ]
        : []
      return [
        '',
        `${printable(origin.title)}  ${paint('dim', printable(origin.name))}`,
        `  ${counts.join(', ')}; ${age}`,
        ...walk.map((line) => paint('yellow', line)),
        ...(origin.problem === null ? [] : [paint('yellow', `  ${printable(origin.problem)}`)]),
      ]
    }),
  ]
}

const words: Readonly<Record<string, string>> = { notYet: 'not yet in force' }

/** In the largest unit that leaves a number of at least 2. */
function spanOf(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`
}
