// Writes the log: whatever waits goes in together, in one transaction, and only then does anyone hear of it.
import type { AdoptionReceipt } from '../adoption/adoption-event.ts'
import type { CancelTimer, Clock } from '../clock.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import type { LedgerStore } from '../storage/ledger-store.ts'
import { type Adoption, AdoptionDesk, type Judgement } from './adoption-desk.ts'
import type { AuditKey } from './audit-key.ts'
import type { SizedNote } from './audit-reader.ts'
import type { EntryDraft } from './entry-draft.ts'
import { type LedgerEndpoint, LogEdge, type PendingEntry, type PreparedBatch } from './log-edge.ts'
import type { LogSigner } from './log-signer.ts'

export interface LedgerWriterOptions {
  readonly store: LedgerStore
  readonly auditKey: AuditKey
  readonly signer: LogSigner
  readonly clock: Clock
  readonly endpoints: readonly LedgerEndpoint[]
}

/** Entries of one batch; more wait for the next one. */
const batchEntries = 512
/** A checkpoint is signed after this many entries, or this long after an entry. */
const checkpointEntries = 4096
const checkpointMs = 10_000
/** What a database that hangs kept waiting for longer is not written any more: it was told long ago that it is not. */
const staleMs = 10_000

interface AppendJob {
  readonly kind: 'append'
  /** On `clock.now()`. */
  readonly since: number
  readonly drafts: readonly EntryDraft[]
  done(): void
  failed(error: unknown): void
}

interface AdoptJob {
  readonly kind: 'adopt'
  readonly since: number
  readonly adoption: Adoption
  done(receipt: AdoptionReceipt): void
  failed(error: unknown): void
}

interface WorkJob {
  readonly kind: 'work'
  run(): Promise<void>
}

type WriteJob = AppendJob | AdoptJob

/** The one writer of a process; other processes may write to the same log. */
export class LedgerWriter {
  readonly #store: LedgerStore
  readonly #signer: LogSigner
  readonly #clock: Clock
  readonly #edge: LogEdge
  readonly #desk: AdoptionDesk
  readonly #jobs: (WriteJob | WorkJob)[] = []
  /** Batches that are being written. */
  readonly #underWay = new Set<Promise<void>>()
  readonly #commits = new Set<Promise<boolean>>()
  /** Goes up when what was counted on did not happen. */
  #misses = 0
  #newest: SizedNote | undefined
  #timer: CancelTimer | undefined
  #running: Promise<void> | undefined
  #isClosed = false

  private constructor({ store, auditKey, signer, clock, endpoints }: LedgerWriterOptions) {
    this.#store = store
    this.#signer = signer
    this.#clock = clock
    this.#edge = new LogEdge(store, auditKey, endpoints)
    this.#desk = new AdoptionDesk(store, auditKey)
  }

  /** Takes up a log where it stands. */
  static async open(options: LedgerWriterOptions): Promise<LedgerWriter> {
    const writer = new LedgerWriter(options)
    await writer.#edge.catchUp()
    writer.#newest = await options.store.db
      .selectFrom('checkpoints')
      .selectAll()
      .orderBy('size', 'desc')
      .limit(1)
      .executeTakeFirst()
    writer.#checkpointSoon()
    return writer
  }

  get #signedSize(): number {
    return this.#newest?.size ?? 0
  }

  /** How many entries the log has. */
  get size(): number {
    return this.#edge.size
  }

  /** Resolves when the entries are on disk. @throws CuecardError `record.unavailable`: none of them is. */
  append(drafts: readonly EntryDraft[]): Promise<void> {
    return new Promise((done, failed) =>
      this.#add({ kind: 'append', since: this.#clock.now(), drafts, done, failed }),
    )
  }

  /** Resolves when the event is on disk. @throws CuecardError `retrieval.unknown`, and whatever else it is refused for. */
  adopt(adoption: Adoption): Promise<AdoptionReceipt> {
    return new Promise((done, failed) =>
      this.#add({ kind: 'adopt', since: this.#clock.now(), adoption, done, failed }),
    )
  }

  /** Runs `work` between two batches: nothing else of this process writes meanwhile. */
  between<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((done, failed) => this.#add({ kind: 'work', run: () => work().then(done, failed) }))
  }

  /** A checkpoint of at least `size` entries; without one, of all there are. Made now where there is none. */
  checkpoint(size?: number): Promise<SizedNote> {
    if (size !== undefined && this.#newest !== undefined && size <= this.#newest.size)
      return Promise.resolve(this.#newest)
    return this.between(async () => {
      for (;;) {
        await this.#edge.catchUp()
        if (this.#newest?.size === this.#edge.size) return this.#newest
        const { batch } = this.#edge.prepare([])
        const checkpoint = this.#sign(this.#edge.size, this.#edge.root())
        if (!(await this.#store.commit({ ...batch, checkpoint }))) continue
        this.#newest = checkpoint
        return checkpoint
      }
    })
  }

  /** Writes what waits, signs, and ends. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    // A store that cannot be written any more has been told of already.
    if (this.#signedSize < this.size || this.#jobs.length > 0) await this.checkpoint().catch(() => {})
    this.#isClosed = true
    await this.#running
    this.#timer?.()
  }

  #add(job: WriteJob | WorkJob): void {
    if (this.#isClosed) throw new CuecardError('closed', 'The record was closed')
    this.#jobs.push(job)
    this.#running ??= this.#run()
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const [job] = this.#jobs
        if (job === undefined && this.#underWay.size === 0) return
        const isAlone = job !== undefined && job.kind !== 'append'
        const room = isAlone ? 1 : this.#store.commitsAtOnce
        // What waits meanwhile goes into a larger batch.
        if (job === undefined || this.#underWay.size >= room) await Promise.race(this.#underWay)
        else if (job.kind === 'work') {
          this.#jobs.shift()
          await job.run()
        } else this.#begin(this.#takeBatch())
      }
    } finally {
      this.#running = undefined
      this.#checkpointSoon()
    }
  }

  #begin(jobs: readonly WriteJob[]): void {
    const written = this.#writeTogether(jobs).finally(() => this.#underWay.delete(written))
    this.#underWay.add(written)
  }

  /** The jobs from the front that may go into one batch. */
  #takeBatch(): WriteJob[] {
    const taken: WriteJob[] = []
    let entries = 0
    for (let job = this.#jobs[0]; job !== undefined && entries < batchEntries; job = this.#jobs[0]) {
      if (job.kind === 'work') break
      // Events are judged by what is in the store, so nothing may be on its way there.
      if (this.#store.commitsAtOnce > 1 && taken[0] !== undefined && taken[0].kind !== job.kind) break
      this.#jobs.shift()
      if (this.#clock.now() - job.since > staleMs) {
        job.failed(new CuecardError('record.unavailable', 'The database took too long'))
        continue
      }
      entries += job.kind === 'append' ? job.drafts.length : 1
      taken.push(job)
    }
    return taken
  }

  async #writeTogether(jobs: readonly WriteJob[]): Promise<void> {
    let judged: Map<AdoptJob, Judgement>
    try {
      judged = await this.#write(jobs)
    } catch (error) {
      for (const job of jobs) job.failed(error)
      return
    }
    const hasEntries = jobs.some(({ kind }) => kind === 'append')
    const again: AdoptJob[] = []
    for (const job of jobs) {
      if (job.kind === 'append') job.done()
      else {
        const answer = judged.get(job)?.answer
        // Its retrieval may have been written with this very batch.
        if (hasEntries && isCuecardError(answer, 'retrieval.unknown')) again.push(job)
        else if (answer === undefined || answer instanceof CuecardError) job.failed(answer)
        else job.done(answer)
      }
    }
    this.#jobs.unshift(...again)
  }

  /** Tries until the head was where it was believed to be. */
  async #write(jobs: readonly WriteJob[]): Promise<Map<AdoptJob, Judgement>> {
    const adoptJobs = jobs.filter((job) => job.kind === 'adopt')
    const drafts: PendingEntry[] = jobs
      .filter((job) => job.kind === 'append')
      .flatMap((job) => job.drafts.map((draft) => ({ draft })))
    for (;;) {
      await this.#edge.ensureCurrent()
      const judgements =
        adoptJobs.length === 0 ? [] : await this.#desk.judge(adoptJobs.map(({ adoption }) => adoption))
      const pending = [...drafts, ...judgements.flatMap(({ entry }) => entry ?? [])]
      const judged = new Map(adoptJobs.map((job, index) => [job, judgements[index] as Judgement]))
      if (pending.length === 0) return judged
      const prepared = this.#edge.prepare(pending)
      const due = prepared.tiles.size - this.#signedSize >= checkpointEntries
      const checkpoint = due ? this.#sign(prepared.tiles.size, prepared.tiles.root()) : undefined
      const idempotency = judgements.flatMap(({ receipt }) => receipt ?? [])
      if (await this.#commit({ ...prepared, batch: { ...prepared.batch, checkpoint, idempotency } })) {
        if (checkpoint) this.#newest = checkpoint
        return judged
      }
    }
  }

  /** Commits, and counts on it meanwhile: the next batch begins where this one ends. False if the head had moved. */
  async #commit(prepared: PreparedBatch): Promise<boolean> {
    const misses = this.#misses
    this.#edge.take(prepared)
    const committed = this.#store.commit(prepared.batch)
    this.#commits.add(committed)
    let isWritten = false
    try {
      isWritten = await committed
      return isWritten
    } finally {
      this.#commits.delete(committed)
      if (!isWritten) {
        // Whatever was begun after it fails likewise; only then is the store asked where the log stands.
        if (misses === this.#misses) {
          this.#misses++
          this.#edge.reset()
        }
        await Promise.allSettled(this.#commits)
      }
    }
  }

  #sign(size: number, root: Uint8Array): SizedNote {
    return { size, note: this.#signer.sign(size, root) }
  }

  #checkpointSoon(): void {
    if (this.#timer !== undefined || this.#isClosed || this.#signedSize >= this.size) return
    const sign = () => {
      this.#timer = undefined
      if (this.#isClosed || this.#signedSize >= this.size) return
      // If the store fails, whoever appends next is told; the timer is set anew by then.
      this.checkpoint().catch(() => {})
    }
    this.#timer = this.#clock.after(checkpointMs, sign, true)
  }
}
