// Runs the command in this very process: everything but its signals and streams.
import { runCuecard } from '../../src/cli/run-cuecard.ts'
import type { Environment } from '../../src/config/load-config.ts'
import { type PlainTerminal, plainTerminal } from './plain-terminal.ts'

export interface Ended {
  /** Undefined: interrupted. */
  readonly status: number | undefined
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly terminal: PlainTerminal
  readonly ended: Promise<Ended>
  /** As Ctrl-C would. */
  interrupt(): void
}

export function startHere(args: readonly string[], environment: Environment = {}): Running {
  const terminal = plainTerminal()
  const ending = new AbortController()
  const ended = runCuecard(args, { terminal, environment, signal: ending.signal }).then((status) => ({
    status,
    stdout: terminal.stdout(),
    stderr: terminal.stderr(),
  }))
  return { terminal, ended, interrupt: () => ending.abort() }
}

export function runHere(args: readonly string[], environment: Environment = {}): Promise<Ended> {
  return startHere(args, environment).ended
}
