// An export as a table for spreadsheets: to read, not to verify.

const columns = [
  'index',
  'at',
  'kind',
  'agentId',
  'interactionId',
  'retrievalId',
  'query',
  'contentIds',
  'scores',
  'freshness',
  'type',
  'contentId',
  'body',
] as const

/** The first line. */
export const csvHeader = columns.join(',')

/** The lines of an export (docs/reference/audit-log.md) as lines of CSV (RFC 4180), with a header. */
export async function* csvOf(lines: AsyncIterable<string>): AsyncGenerator<string> {
  yield csvHeader
  for await (const line of lines) {
    const { type, index, body } = JSON.parse(line)
    if (type === 'entry') yield rowOf(index, body)
  }
}

function rowOf(index: number, text: string | null): string {
  const body = text === null ? {} : JSON.parse(text)
  const items: { contentId: string; score: number }[] = body.items ?? []
  const values: Record<(typeof columns)[number], unknown> = {
    index,
    at: body.at,
    kind: text === null ? 'erased' : body.kind,
    agentId: body.agentId,
    interactionId: body.interactionId,
    retrievalId: body.retrievalId,
    query: body.query,
    contentIds: items.map(({ contentId }) => contentId).join(' '),
    scores: items.map(({ score }) => score).join(' '),
    freshness: body.freshness?.status,
    type: body.type,
    contentId: body.contentId,
    body: text,
  }
  return columns.map((column) => cell(values[column])).join(',')
}

/** A cell that begins like a formula gets an apostrophe: spreadsheets would run it (OWASP, CSV injection). */
function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = String(value)
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
