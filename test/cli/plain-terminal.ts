// A terminal of a given width that keeps what is written to it.
import { EventEmitter, once } from 'node:events'
import type { Terminal } from '../../src/cli/terminal.ts'

export interface PlainTerminal extends Terminal {
  readonly stdout: () => string
  readonly stderr: () => string
  /** The first match in what was written to stdout so far and from now on. */
  find(pattern: RegExp): Promise<RegExpExecArray>
}

export function plainTerminal(columns = 80): PlainTerminal {
  let stdout = ''
  let stderr = ''
  const written = new EventEmitter()
  return {
    columns,
    isWatched: false,
    isErrorWatched: false,
    out: (line = '') => {
      stdout += `${line}\n`
      written.emit('line')
    },
    err: (line) => {
      stderr += `${line}\n`
    },
    live: () => {},
    drained: async () => {},
    paint: (_style, text) => text,
    stdout: () => stdout,
    stderr: () => stderr,
    async find(pattern) {
      for (;;) {
        const match = pattern.exec(stdout)
        if (match !== null) return match
        await once(written, 'line')
      }
    },
  }
}
