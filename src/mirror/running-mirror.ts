// The mirror within a service: read from disk at the start, then kept in step in the background.
import type { Clock } from '../clock.ts'
import { isCuecardError } from '../errors.ts'
import type { Random } from '../random.ts'
import { MirrorAnswers } from './answer-from-mirror.ts'
import type { DocumentListing } from './document-listing.ts'
import { Mirror, type MirrorChanges } from './mirror.ts'
import type { MirrorPart } from './mirror-first.ts'
import type { MirrorSettings } from './mirror-settings.ts'
import { MirrorStore } from './mirror-store.ts'
import { takeSyncLock } from './sync-lock.ts'
import { notedProblems, type SyncProblem, syncMirror } from './sync-mirror.ts'

/** How often what another process has synced is looked for, in milliseconds. */
const lookMs = 2000

/** A copy that another process synced less than this share of the interval ago is let be. */
const restShare = 0.5

export interface RunningMirrorPorts {
  readonly settings: MirrorSettings & {
    readonly path: string
    readonly trustedSeconds: number
    /** 0: another process syncs. */
    readonly intervalSeconds: number
  }
  readonly listing: DocumentListing | undefined
  readonly clock: Clock
  readonly random: Random
  readonly onChanges: (changes: MirrorChanges) => void
  /** Told what keeps the copy from being in step, when that begins or changes; undefined when it is over. */
  readonly onProblem: (problem: string | undefined) => void
}

export interface MirrorStats {
  readonly articles: number
  /** Since the copy was in step with its origins. */
  readonly ageSeconds: number
  readonly syncs: { readonly ok: number; readonly failed: number }
  /** Documents that could not be read, and are left out. */
  readonly skipped: number
}

export class RunningMirror implements MirrorPart {
  readonly mirror: Mirror
  readonly answers: MirrorAnswers
  readonly trustedSeconds: number
  readonly #ports: RunningMirrorPorts
  readonly #store: MirrorStore
  readonly #ending = new AbortController()
  readonly #syncs = { ok: 0, failed: 0 }
  #problem: string | undefined
  #cancelSync = () => {}
  #cancelLook = () => {}
  #syncing: Promise<void> = Promise.resolve()

  /** Reads the copy from disk. @throws CuecardError `mirror.unavailable`. */
  static async start(ports: RunningMirrorPorts): Promise<RunningMirror> {
    const store = new MirrorStore(ports.settings.path, { create: true })
    try {
      const mirror = new Mirror(store, ports.clock)
      await mirror.follow()
      return new RunningMirror(ports, store, mirror)
    } catch (error) {
      store.close()
      throw error
    }
  }

  private constructor(ports: RunningMirrorPorts, store: MirrorStore, mirror: Mirror) {
    this.#ports = ports
    this.#store = store
    this.mirror = mirror
    this.answers = new MirrorAnswers(mirror, ports.clock)
    this.trustedSeconds = ports.settings.trustedSeconds
    if (ports.settings.intervalSeconds > 0) this.#syncLater(0)
    this.#lookLater()
  }

  get stats(): MirrorStats {
    const skipped = this.mirror.origins.reduce((sum, origin) => sum + origin.skipped, 0)
    return {
      articles: this.mirror.size,
      ageSeconds: this.mirror.ageSeconds('all'),
      syncs: { ...this.#syncs },
      skipped,
    }
  }

  health(): { readonly ok: boolean; readonly message: string } {
    const { articles, ageSeconds } = this.stats
    const age = this.mirror.isComplete('all') ? `in step ${Math.round(ageSeconds)} s ago` : 'not complete yet'
    const message = `${articles} ${articles === 1 ? 'article' : 'articles'}, ${age}`
    if (this.#problem !== undefined) return { ok: false, message: `${message}; ${this.#problem}` }
    return { ok: this.mirror.isComplete('all'), message }
  }

  /** Ends a sync where it is: the next one goes on from there. */
  async close(): Promise<void> {
    this.#ending.abort()
    this.#cancelSync()
    this.#cancelLook()
    await this.#syncing
    await this.#follow()
    this.#store.close()
  }

  #syncLater(ms: number): void {
    this.#cancelSync = this.#ports.clock.after(
      ms,
      () => {
        this.#syncing = this.#sync()
      },
      true,
    )
  }

  async #sync(): Promise<void> {
    try {
      await this.#follow()
      const problems = this.#isSyncedElsewhere()
        ? notedProblems(this.#store)
        : await this.#syncUnlessAnother()
      await this.#follow()
      const [first] = problems
      this.#tell(first && `${first.title}: ${first.problem}`)
    } catch (error) {
      if (this.#ending.signal.aborted) return
      this.#tell(isCuecardError(error) ? error.message : 'The sync failed in a way that nobody foresaw')
    }
    if (this.#ending.signal.aborted) return
    this.#syncs[this.#problem === undefined ? 'ok' : 'failed']++
    this.#syncLater(this.#untilNextMs())
  }

  /**
   * Whether another process has brought the copy into step since this one did. Never at the first time: what is
   * configured may have changed.
   */
  #isSyncedElsewhere(): boolean {
    const { ok, failed } = this.#syncs
    return ok + failed > 0 && this.#sinceSyncMs() < restShare * this.#intervalMs
  }

  /** Counted from the last sync of any process, so that those who share a copy come to do one for all. */
  #untilNextMs(): number {
    const left = this.#intervalMs - this.#sinceSyncMs()
    return left > 0 ? Math.max(left, restShare * this.#intervalMs) : this.#intervalMs
  }

  /** Infinite where an origin never was in step. The clock may have been set back. */
  #sinceSyncMs(): number {
    const now = this.#ports.clock.wallTime()
    const { origins } = this.mirror
    if (origins.length === 0) return Number.POSITIVE_INFINITY
    return Math.max(...origins.map(({ inStepAt }) => Math.abs(now - (inStepAt ?? Number.NEGATIVE_INFINITY))))
  }

  get #intervalMs(): number {
    return this.#ports.settings.intervalSeconds * 1000
  }

  async #syncUnlessAnother(): Promise<readonly SyncProblem[]> {
    const release = takeSyncLock(this.#store.path)
    if (release === undefined) return notedProblems(this.#store)
    const { signal } = this.#ending
    try {
      const onProgress = () => void this.#follow()
      return await syncMirror({ ...this.#ports, store: this.#store, signal, full: false, onProgress })
    } finally {
      release()
    }
  }

  #lookLater(): void {
    const look = async () => {
      await this.#follow()
      if (!this.#ending.signal.aborted) this.#lookLater()
    }
    this.#cancelLook = this.#ports.clock.after(lookMs, () => void look(), true)
  }

  /** What cannot be read now is read the next time. */
  async #follow(): Promise<void> {
    try {
      await this.mirror.follow(this.#ports.onChanges)
    } catch (error) {
      if (isCuecardError(error)) this.#tell(error.message)
    }
  }

  #tell(problem: string | undefined): void {
    if (problem === this.#problem) return
    this.#problem = problem
    this.#ports.onProblem(problem)
  }
}
