// The demo in a browser: cuecard's own service on the embedded default, in a folder that goes when it ends.
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sessions } from '../../access/sessions.ts'
import { type CuecardConfigInput, parseConfig } from '../../config/config-schema.ts'
import { isCuecardError } from '../../errors.ts'
import type { ServiceOptions } from '../../http/ports.ts'
import { type RunningService, startService } from '../../http/start-service.ts'
import { idSource } from '../../ids.ts'
import type { CommandContext } from '../command-context.ts'
import { startParts } from '../start-parts.ts'
import type { Terminal } from '../terminal.ts'
import { LiveCall } from './live-call.ts'
import { demoAgentId, openSampleWorld } from './sample-world.ts'

interface DemoOptions {
  readonly port: number | undefined
  readonly speed: number
}

const defaultPort = 4300

export async function serveDemo(context: CommandContext, { port, speed }: DemoOptions): Promise<void> {
  const { terminal, exitWith, endWithin } = context
  endWithin?.(5000)
  const folder = await mkdtemp(join(tmpdir(), 'cuecard-demo-'))
  const world = await openSampleWorld()
  const closings: (() => Promise<void> | void | undefined)[] = [
    () => world.server.close(),
    () => rm(folder, { recursive: true, force: true }),
  ]
  try {
    const config = parseConfig(configIn(folder, world.config, port ?? defaultPort))
    const { close, sessions, ...parts } = await startParts(config, { isDemo: true })
    closings.unshift(() => close?.())
    if (sessions === undefined) throw new Error('a demo is signed in to by a link')
    const { cuecard } = parts
    const live = new LiveCall({ ...world, cuecard, newId: idSource(), speed })
    const options: ServiceOptions = { ...parts, sessions, demo: live, config: config.http }
    const service = await listening(options, port === undefined)
    closings.unshift(() => service.close())
    announce(service, sessions, live, terminal)
    cuecard.warmUp().catch(() => {})
    await untilEnded(context, () => tellLinks(service, sessions, live, terminal))
    // To be interrupted is how it ends.
    exitWith(0)
  } finally {
    for (const close of closings) await close()
  }
}

/** The service itself where `port` is taken, unless that one was asked for: then on any free one. */
async function listening(options: ServiceOptions, mayMove: boolean): Promise<RunningService> {
  try {
    return await startService(options)
  } catch (error) {
    const isTaken = isCuecardError(error) && error.details.field === 'http.port'
    if (isTaken && mayMove) return startService({ ...options, config: { ...options.config, port: 0 } })
    await options.cuecard.close()
    throw error
  }
}

function configIn(folder: string, config: CuecardConfigInput, port: number): CuecardConfigInput {
  return {
    ...config,
    http: { port },
    // What it tells of an outage stands on the page.
    logLevel: 'error',
    database: { url: `sqlite:${join(folder, 'cuecard.db')}` },
    mirror: {
      enabled: true,
      path: join(folder, 'mirror.db'),
      // So that an outage is seen within a call, not within minutes.
      intervalSeconds: 5,
      trustedSeconds: 12,
    },
  }
}

function announce(service: RunningService, sessions: Sessions, live: LiveCall, terminal: Terminal): void {
  const { out, paint } = terminal
  out(`${paint('bold', 'cuecard demo')}: the right knowledge for a call to an invented bank.`)
  out('Genesys Cloud is simulated on this machine, and a button of the page takes it down.')
  tellLinks(service, sessions, live, terminal)
  out(`\nThe API is described at ${service.url}/openapi.json.`)
  const more = canAsk(terminal) ? 'Enter makes new links. ' : ''
  out(paint('dim', `${more}Ctrl-C ends it, and nothing is kept. In the terminal alone: cuecard demo --once`))
}

/** Each link signs in once. */
function tellLinks({ url }: RunningService, sessions: Sessions, live: LiveCall, terminal: Terminal): void {
  const { out, paint } = terminal
  const { interactionId } = live.state().call
  out('\nEach link signs in once, within 10 minutes:\n')
  for (const [what, page] of [
    ['a live call', 'demo'],
    ["the agent's panel", `panel?interactionId=${interactionId}&agentId=${demoAgentId}`],
    ['for supervisors', 'supervisor'],
  ] as const) {
    const code = sessions.invite(['service', 'supervisor', 'compliance'])
    out(`${what.padEnd(18)} ${paint('cyan', `${url}/${page}#code=${code}`)}`)
  }
}

function canAsk({ isWatched }: Terminal): boolean {
  return isWatched && process.stdin.isTTY
}

/** Enter, where someone can press it, calls `onEnter`. */
async function untilEnded({ terminal, signal }: CommandContext, onEnter: () => void): Promise<void> {
  const { stdin } = process
  const isAsked = canAsk(terminal)
  if (isAsked) stdin.on('data', onEnter)
  try {
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    if (isAsked) stdin.off('data', onEnter).pause()
  }
}
