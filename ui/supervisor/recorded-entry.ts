// What the log's entries say, read with care: their bodies are the record's, of any version that ever wrote it.

export interface LogEntry {
  readonly index: number
  readonly at: string
  readonly kind: string
  readonly commitment: string
  readonly salt: string | null
  readonly body: Readonly<Record<string, unknown>> | null
}

/** A retrieval with the events that were reported of it. */
export interface SeenRetrieval {
  readonly entry: LogEntry
  readonly events: readonly LogEntry[]
}

type Fields = Readonly<Record<string, unknown>>

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : []
}

/** Empty where there is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : ''
}

/** Retrievals in their order in time, each with its events; `others` belong to none of them. */
export function gather(entries: readonly LogEntry[]): { seen: SeenRetrieval[]; others: LogEntry[] } {
  const inOrder = entries.toSorted((a, b) => a.index - b.index)
  const retrievals = inOrder.filter(({ kind }) => kind === 'retrieval')
  const ids = new Set(retrievals.map(({ body }) => textOf(body?.retrievalId)))
  const belongs = ({ kind, body }: LogEntry) =>
    kind === 'adoption' && body !== null && ids.has(textOf(body.retrievalId))
  return {
    seen: retrievals.map((entry) => ({
      entry,
      events: inOrder.filter(
        (event) => belongs(event) && textOf(event.body?.retrievalId) === textOf(entry.body?.retrievalId),
      ),
    })),
    others: inOrder.filter((entry) => entry.kind !== 'retrieval' && !belongs(entry)),
  }
}
