// What any source has said against showing a content: it counts for every copy, from every cache.
import { LRUCache } from 'lru-cache'
import type { ContentItem } from './content-item.ts'
import type { ContentSource, SourceAnswer } from './content-source.ts'

/** One source's word on a content: withdrawn, hidden, or in force for a time only. */
export type Restriction = Pick<ContentItem, 'state' | 'visible' | 'availableFrom' | 'availableUntil'> & {
  readonly source: string
  /** When the source said so, on `Clock.now()`. */
  readonly saidAt: number
}

/**
 * Remembers restrictions by content. A source's later word replaces its earlier one; other sources, which may not know,
 * do not lift it. So an article withdrawn in one answer disappears from all that were cached before.
 */
export class Restrictions {
  readonly #bySource: LRUCache<string, Map<string, Restriction>>
  #version = 0

  /** Of at most `max` contents. */
  constructor(max: number) {
    // By size: for `max` it would make room for all of them at the start, which takes long.
    this.#bySource = new LRUCache({ maxSize: max, sizeCalculation: () => 1 })
  }

  /** Changes whenever anything that is known changes. */
  get version(): number {
    return this.#version
  }

  /** Takes note of a new answer. */
  learn({ source, items, fetchedAt }: SourceAnswer): void {
    for (const item of items) {
      const known = this.#bySource.get(item.contentId)
      const before = known?.get(source)
      if (before !== undefined && before.saidAt > fetchedAt) continue
      if (isRestricted(item))
        this.#note(item, known ?? new Map(), { ...factsOf(item), source, saidAt: fetchedAt })
      else if (known?.delete(source)) this.#version++
    }
  }

  /** What counts against an item of an answer besides what it says itself. */
  against(
    item: ContentItem,
    { source, fetchedAt }: Pick<SourceAnswer, 'source' | 'fetchedAt'>,
  ): readonly Restriction[] {
    const known = this.#bySource.get(item.contentId)
    if (known === undefined) return []
    return [...known.values()].filter((said) => said.source !== source || said.saidAt > fetchedAt)
  }

  #note(item: ContentItem, known: Map<string, Restriction>, said: Restriction): void {
    const before = known.get(said.source)
    known.set(said.source, said)
    this.#bySource.set(item.contentId, known)
    if (before === undefined || !isSame(before, said)) this.#version++
  }
}

function factsOf({ state, visible, availableFrom, availableUntil }: ContentItem) {
  return { state, visible, availableFrom, availableUntil }
}

function isRestricted({ state, visible, availableFrom, availableUntil }: ContentItem): boolean {
  const always = availableFrom === Number.NEGATIVE_INFINITY && availableUntil === Number.POSITIVE_INFINITY
  return state !== 'Published' || !visible || !always
}

function isSame(a: Restriction, b: Restriction): boolean {
  return (
    a.state === b.state &&
    a.visible === b.visible &&
    Object.is(a.availableFrom, b.availableFrom) &&
    Object.is(a.availableUntil, b.availableUntil)
  )
}

/** Takes note of every answer of `source`, whoever it was fetched for. */
export function withRestrictions(source: ContentSource, restrictions: Restrictions): ContentSource {
  return {
    name: source.name,
    key: (inquiry) => source.key(inquiry),
    isAbsent: () => source.isAbsent?.() ?? false,
    async retrieve(inquiry, call) {
      const answer = await source.retrieve(inquiry, call)
      restrictions.learn(answer)
      return answer
    },
  }
}
