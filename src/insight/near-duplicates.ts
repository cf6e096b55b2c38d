// Articles that say nearly the same: found exactly, in groups, without comparing each with each.
import { Shingles, similarityOf } from './shingles.ts'

/** What is looked at of an article. */
export interface Comparable {
  readonly id: string
  readonly title: string
  readonly body: string
}

/** Articles of which each is as similar as the threshold, or more, to another one. */
export interface DuplicateGroup {
  /** In the order in which they were given, each with its similarity to the first; that of the first is 1. */
  readonly articles: readonly { readonly id: string; readonly title: string; readonly similarity: number }[]
}

export interface NearDuplicateOptions {
  /** Jaccard's index of the sets of shingles, above 0 and up to 1. */
  readonly threshold: number
  /** Awaited between two pieces of work of some milliseconds. */
  readonly pause: () => Promise<void>
  /** Steps done, of as many. @throws whatever is to end the work. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

const articlesAtOnce = 10

/** Slots for counting how many articles have a shingle; two that share one are merely looked at in another order. */
const countSlots = 2 ** 20

/** Of many articles with one shingle only the last are compared: they are in one group already, or it is a phrase of all. */
const postingsKept = 200

/**
 * Two sets of which enough is in common share one of their rarest members: with the members in one order for all, sets
 * of similarity t share one among the first |x| - ceil(t |x|) + 1 of each (Bayardo, Ma and Srikant, Scaling up all pairs
 * similarity search, 2007). So only articles that share such a shingle are compared, and then to the last one.
 */
export async function nearDuplicates(
  articles: readonly Comparable[],
  { threshold, pause, onProgress = () => {} }: NearDuplicateOptions,
): Promise<DuplicateGroup[]> {
  const total = 2 * articles.length
  const { sets, counts } = await setsOf(articles, pause, (done) => onProgress(done, total))
  const groups = new Groups(articles.length)
  const postings = new Map<number, number[]>()
  for (let at = 0; at < sets.length; at++) {
    if (at % articlesAtOnce === 0) {
      await pause()
      onProgress(articles.length + at, total)
    }
    const set = sets[at] ?? none
    for (const other of sharing(set, at, { threshold, counts, postings }))
      if (!groups.areOne(at, other) && similarityOf(set, sets[other] ?? none) >= threshold)
        groups.join(at, other)
  }
  onProgress(total, total)
  return groups.members().map((members) => groupOf(members, articles, sets))
}

const none = new Float64Array()

/** The shingles of each article, and in slots how many articles have one. */
async function setsOf(
  articles: readonly Comparable[],
  pause: () => Promise<void>,
  onProgress: (done: number) => void,
): Promise<{ sets: Float64Array[]; counts: Uint32Array }> {
  const shingles = new Shingles()
  const sets: Float64Array[] = []
  const counts = new Uint32Array(countSlots)
  for (const { title, body } of articles) {
    if (sets.length % articlesAtOnce === 0) {
      await pause()
      onProgress(sets.length)
    }
    const set = shingles.of(`${title}\n${body}`)
    for (const shingle of set) counts[slotOf(shingle)] = (counts[slotOf(shingle)] ?? 0) + 1
    sets.push(set)
  }
  return { sets, counts }
}

function slotOf(shingle: number): number {
  return shingle % (countSlots - 3)
}

/** The articles before this one that share one of the rarest shingles with it, which are noted as its own. */
function sharing(
  set: Float64Array,
  at: number,
  {
    threshold,
    counts,
    postings,
  }: { threshold: number; counts: Uint32Array; postings: Map<number, number[]> },
): Set<number> {
  const rarity = (shingle: number) => counts[slotOf(shingle)] ?? 0
  const rarestFirst = set.toSorted((a, b) => rarity(a) - rarity(b) || a - b)
  // Less a hair: 0.7 x 10 is a little more than 7 in binary, and one too few would miss a pair.
  const length = set.length === 0 ? 0 : set.length - Math.ceil(threshold * set.length - 1e-9) + 1
  const found = new Set<number>()
  for (const shingle of rarestFirst.subarray(0, length)) {
    const holders = postings.get(shingle)
    if (holders === undefined) postings.set(shingle, [at])
    else {
      for (const holder of holders) found.add(holder)
      holders.push(at)
      if (holders.length > postingsKept) holders.shift()
    }
  }
  return found
}

function groupOf(
  members: readonly number[],
  articles: readonly Comparable[],
  sets: readonly Float64Array[],
): DuplicateGroup {
  const first = sets[members[0] ?? -1] ?? none
  return {
    articles: members.flatMap((member) => {
      const article = articles[member]
      if (article === undefined) return []
      const { id, title } = article
      return [{ id, title, similarity: similarityOf(first, sets[member] ?? none) }]
    }),
  }
}

/** Numbers 0..size-1 in groups that grow together. */
class Groups {
  readonly #heads: Uint32Array

  constructor(size: number) {
    this.#heads = Uint32Array.from({ length: size }, (_, index) => index)
  }

  areOne(a: number, b: number): boolean {
    return this.#headOf(a) === this.#headOf(b)
  }

  join(a: number, b: number): void {
    const [low, high] = [this.#headOf(a), this.#headOf(b)].sort((x, y) => x - y)
    this.#heads[high ?? 0] = low ?? 0
  }

  /** The groups of more than one, each ascending. */
  members(): number[][] {
    const byHead = Map.groupBy(this.#heads.keys(), (index) => this.#headOf(index))
    return [...byHead.values()].filter(({ length }) => length > 1)
  }

  #headOf(index: number): number {
    let head = index
    while (this.#heads[head] !== head) {
      this.#heads[head] = this.#heads[this.#heads[head] ?? 0] ?? 0
      head = this.#heads[head] ?? 0
    }
    return head
  }
}
