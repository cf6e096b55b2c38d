// The mirror in memory: the index of what the store holds, kept in step with it.
import type { Clock } from '../clock.ts'
import type { ContentItem } from '../retrieval/content-item.ts'
import { KnowledgeIndex } from '../search/knowledge-index.ts'
import type { ChangedArticle, MirrorStore } from './mirror-store.ts'
import { itemOf, type MirroredArticle } from './mirrored-article.ts'
import { nextTurn } from './next-turn.ts'
import { isGenesys, type Origin } from './origin.ts'

/** Articles between two turns of the event loop, or fewer where they are long; ids looked through at once. */
const articlesAtOnce = 20
const heldMs = 4
const idsAtOnce = 1000

/** Which articles: all, those of Genesys, or those of a team's own. */
export type Scope = 'all' | 'genesys' | 'own'

/** What is known of an article besides what the index holds. */
export interface Mirrored {
  /** Without snippet, and with a relevance of 1. */
  readonly item: ContentItem
  readonly origin: string
}

/** What changed since the last look: items as they are now, and ids of those that are gone, all of Genesys. */
export interface MirrorChanges {
  readonly put: readonly ContentItem[]
  readonly gone: readonly string[]
}

export class Mirror {
  readonly index = new KnowledgeIndex()
  readonly #store: MirrorStore
  readonly #clock: Clock
  readonly #mirrored = new Map<string, Mirrored>()
  #origins: readonly Origin[] = []
  #seq = 0
  #removed = 0
  #version = 0
  /** The run that goes on now, and the one after it, which sees all that is stored by then. */
  #running: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  constructor(store: MirrorStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  get size(): number {
    return this.#mirrored.size
  }

  /** Changes whenever an article or the state of an origin does. */
  get version(): number {
    return this.#version
  }

  get origins(): readonly Origin[] {
    return this.#origins
  }

  get(id: string): Mirrored | undefined {
    return this.#mirrored.get(id)
  }

  has(scope: Scope): boolean {
    return this.#of(scope).length > 0
  }

  /** Whether there is a copy of all of it. */
  isComplete(scope: Scope): boolean {
    return this.has(scope) && this.#of(scope).every(({ inStepAt }) => inStepAt !== null)
  }

  /** Since the copy was last in step with all that it is made from; of a first one, since it was begun. */
  ageSeconds(scope: Scope): number {
    const now = this.#clock.wallTime()
    const times = this.#of(scope).map(({ inStepAt, round }) => inStepAt ?? round?.startedAt ?? now)
    return Math.max(0, now - Math.min(now, ...times)) / 1000
  }

  #of(scope: Scope): readonly Origin[] {
    if (scope === 'all') return this.#origins
    return this.#origins.filter(({ name }) => isGenesys(name) === (scope === 'genesys'))
  }

  /**
   * Takes over what was changed in the store, by this process or another, in small pieces.
   * @throws CuecardError `mirror.unavailable`.
   */
  follow(onChanges: (changes: MirrorChanges) => void = () => {}): Promise<void> {
    if (this.#next === undefined) {
      const run = this.#running.then(() => {
        this.#next = undefined
        return this.#follow(onChanges)
      })
      this.#next = run
      this.#running = run.catch(() => {})
    }
    return this.#next
  }

  async #follow(onChanges: (changes: MirrorChanges) => void): Promise<void> {
    // First: a copy may be younger than it says, never older.
    const origins = this.#store.origins()
    const gone = await this.#dropRemoved()
    const put: ContentItem[] = []
    for (;;) {
      const rows = this.#store.changedAfter(this.#seq, articlesAtOnce)
      let began = this.#clock.now()
      for (const row of rows) {
        put.push(...this.#take(row))
        if (this.#clock.now() - began < heldMs) continue
        await nextTurn()
        began = this.#clock.now()
      }
      if (rows.length < articlesAtOnce) break
      await nextTurn()
    }
    if (JSON.stringify(origins) !== JSON.stringify(this.#origins)) this.#version++
    this.#origins = origins
    if (put.length + gone.length > 0) onChanges({ put, gone })
  }

  /** Its item, where it is of Genesys. */
  #take({ id, origin, seq, record }: ChangedArticle): ContentItem[] {
    const mirrored = JSON.parse(record) as MirroredArticle
    const item = itemOf(mirrored)
    this.index.put(mirrored.article)
    this.#mirrored.set(id, { item, origin })
    this.#seq = seq
    this.#version++
    return isGenesys(origin) ? [item] : []
  }

  /** Ids of Genesys that are not stored any more. */
  async #dropRemoved(): Promise<string[]> {
    const { removed } = this.#store
    if (removed === this.#removed) return []
    this.#removed = removed
    const left = new Set(this.#mirrored.keys())
    for (let after = ''; ; ) {
      const ids = this.#store.idsAfter(after, idsAtOnce)
      for (const id of ids) left.delete(id)
      const last = ids.at(-1)
      if (last === undefined) break
      after = last
      await nextTurn()
    }
    const gone: string[] = []
    for (const id of left) {
      if (isGenesys(this.#mirrored.get(id)?.origin ?? '')) gone.push(id)
      this.index.remove(id)
      this.#mirrored.delete(id)
      this.#version++
    }
    return gone
  }
}
