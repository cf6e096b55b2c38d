// The audit log for officers, over the ledger and its reader.
import { createHash } from 'node:crypto'
import type { EntryKind } from './entry-draft.ts'
import type { LedgerCalls } from './ledger-calls.ts'
import type { ReaderCalls } from './reader-calls.ts'
import type {
  AuditEntry,
  AuditTrail,
  ConsistencyProof,
  EntriesPage,
  EntriesQuery,
  Erasure,
  ExportProgress,
  ExportQuery,
  InclusionProof,
} from './record.ts'
import type { Person } from './retention.ts'
import type { Mask } from './retrieval-entry.ts'

export interface LogTrailOptions {
  readonly ledger: LedgerCalls
  readonly reader: ReaderCalls
  readonly maskId: Mask
  /** Writes an entry about nobody. */
  append(kind: EntryKind, body: Readonly<Record<string, unknown>>): Promise<void>
}

export class LogTrail implements AuditTrail {
  readonly #options: LogTrailOptions

  constructor(options: LogTrailOptions) {
    this.#options = options
  }

  entries(query: EntriesQuery): Promise<EntriesPage> {
    const { maskId, reader } = this.#options
    // Ids are stored masked.
    const { agentId, interactionId, ...others } = query
    return reader.entries({
      ...others,
      ...(agentId !== undefined && { agentId: maskId(agentId) }),
      ...(interactionId !== undefined && { interactionId: maskId(interactionId) }),
    })
  }

  entry(index: number): Promise<AuditEntry> {
    return this.#options.reader.entry(index)
  }

  async checkpoint(): Promise<string> {
    return (await this.#options.ledger.checkpoint()).note
  }

  async verifierKey(): Promise<string> {
    return (await this.#options.ledger.identity()).verifierKey
  }

  async inclusion(index: number): Promise<InclusionProof> {
    return this.#options.reader.inclusion(index, await this.#options.ledger.checkpoint(index + 1))
  }

  async consistency(from: number): Promise<ConsistencyProof> {
    return this.#options.reader.consistency(from, await this.#options.ledger.checkpoint(from))
  }

  async *export(
    query: ExportQuery,
    by: string,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (progress: ExportProgress) => void } = {},
  ): AsyncGenerator<string> {
    const { ledger, reader, append, maskId } = this.#options
    const iso = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString())
    await append('export', { by: maskId(by), from: iso(query.from), to: iso(query.to) })
    const { origin, verifierKey } = await ledger.identity()
    const opened = await reader.openExport(query, await ledger.checkpoint(), {
      origin,
      publicKey: verifierKey,
    })
    const total = opened.end - opened.first
    const digest = createHash('sha256')
    let done = 0
    try {
      for (;;) {
        signal?.throwIfAborted()
        const lines = await reader.nextLines(opened.id)
        if (lines === undefined) break
        for (const line of lines) {
          digest.update(line).update('\n')
          if (line.endsWith('"type":"entry"}')) done++
        }
        onProgress?.({ done: Math.min(done, total), total })
        yield* lines
      }
      yield await ledger.seal(digest.digest('hex'))
    } finally {
      await reader.closeExport(opened.id)
    }
  }

  erase(person: Person, by: string): Promise<Erasure> {
    const { maskId, ledger } = this.#options
    const masked: Person =
      'agentId' in person
        ? { agentId: maskId(person.agentId) }
        : { interactionId: maskId(person.interactionId) }
    return ledger.erase(masked, maskId(by))
  }
}
