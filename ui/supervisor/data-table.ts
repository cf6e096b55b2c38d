// A table as data: the page draws it, and the CSV is written from the same, so that both say the same.

export interface DataTable {
  readonly caption: string
  readonly columns: readonly string[]
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly string[])[]
}

/** RFC 4180. A cell that a spreadsheet would take for a formula is kept a text by an apostrophe. */
export function csvOf(tables: readonly DataTable[]): string {
  const lines = tables.flatMap(({ caption, columns, rows }, place) => [
    ...(place === 0 ? [] : ['']),
    cell(caption),
    ...[columns, ...rows].map((row) => row.map(cell).join(',')),
  ])
  return lines.map((line) => `${line}\r\n`).join('')
}

function cell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
