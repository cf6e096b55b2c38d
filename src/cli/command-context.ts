// What a command is given.
import type { Environment } from '../config/load-config.ts'
import type { Terminal } from './terminal.ts'

/** Where the command `cuecard` runs. */
export interface Surroundings {
  readonly terminal: Terminal
  readonly environment: Environment
  /** Fires when the user or the system asks the command to end. */
  readonly signal: AbortSignal
  /** After that, the command has this many milliseconds to give everything back. */
  endWithin?(ms: number): void
}

/** What each of its commands is given. */
export interface CommandContext extends Surroundings {
  /** Sets the exit status of a command that ends without an error: 0 unless this is called. */
  exitWith(status: number): void
}
