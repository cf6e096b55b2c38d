// Where a command writes to: results to stdout, everything else to stderr, colours only where someone looks.
import { once } from 'node:events'
import { styleText } from 'node:util'

export type Paint = Parameters<typeof styleText>[0]

/** What a command knows of the terminal. */
export interface Terminal {
  /** Columns to fill, 40..120: longer lines are hard to read. */
  readonly columns: number
  /** Someone looks at stdout, and at stderr. */
  readonly isWatched: boolean
  readonly isErrorWatched: boolean
  /** Writes a line to stdout. */
  out(line?: string): void
  /** Resolves when stdout takes more: for output without end. */
  drained(): Promise<void>
  /** Writes a line to stderr. */
  err(line: string): void
  /** Writes over the last line that `live` wrote to stderr; an empty text takes it away. Nothing where nobody looks. */
  live(text: string): void
  /** Colours a text for stdout; plain where nobody looks or `NO_COLOR` is set. */
  paint(style: Paint, text: string): string
}

/** The terminal of a process. `columns` counts where stdout is none, such as in a pipe. */
export function processTerminal(
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
  columns = Number.NaN,
): Terminal {
  const wanted = stdout.columns ?? (Number.isInteger(columns) ? columns : 100)
  return {
    columns: Math.min(Math.max(wanted, 40), 120),
    isWatched: stdout.isTTY === true,
    isErrorWatched: stderr.isTTY === true,
    out: (line = '') => stdout.write(`${line}\n`),
    async drained() {
      if (stdout.writableNeedDrain) await once(stdout, 'drain')
    },
    err: (line) => stderr.write(`${line}\n`),
    live: (text) => stderr.isTTY === true && stderr.write(`\r\u001B[2K${text}`),
    paint: (style, text) => styleText(style, text, { stream: stdout }),
  }
}
