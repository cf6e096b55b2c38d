// The inverted index: which articles hold a term and how often, and BM25 by it (Robertson, Zaragoza 2009).

const k1 = 1.2
const b = 0.75

/** A shorter text counts as this long: it is not better for being a line. */
const minLength = 30

/** A growing list of `slot x 64 + count`; removal moves the last entry into the gap. */
interface Postings {
  entries: Uint32Array
  length: number
}

/** Texts by number. Statistics are exact after each change. */
export class TextIndex {
  readonly #postings: Postings[] = []
  readonly #lengths: number[] = []
  #count = 0
  #total = 0

  add(slot: number, terms: Uint32Array): void {
    for (const [term, count] of countsOf(terms)) {
      while (this.#postings.length <= term) this.#postings.push({ entries: new Uint32Array(2), length: 0 })
      append(this.#postings[term] as Postings, slot * 64 + Math.min(count, 63))
    }
    const length = Math.max(minLength, terms.length)
    this.#lengths[slot] = length
    this.#total += length
    this.#count++
  }

  remove(slot: number, terms: Uint32Array): void {
    for (const term of new Set(terms)) cut(this.#postings[term] as Postings, slot)
    this.#total -= this.#lengths[slot] as number
    this.#lengths[slot] = 0
    this.#count--
  }

  get size(): number {
    return this.#count
  }

  /** How many texts hold the term. */
  holders(term: number): number {
    return this.#postings[term]?.length ?? 0
  }

  /** What it says about a text to hold the term: the rarer, the more. */
  information(term: number): number {
    return informationOf(this.holders(term), this.#count)
  }

  /** BM25 of each slot for weighted terms. */
  scores(weights: ReadonlyMap<number, number>): Float64Array {
    const scores = new Float64Array(this.#lengths.length)
    const mean = this.#total / (this.#count || 1)
    for (const [term, weight] of weights) {
      const { entries, length } = this.#postings[term] ?? nothing
      const scale = weight * this.information(term) * (k1 + 1)
      for (let i = 0; i < length; i++) {
        const entry = entries[i] as number
        const slot = entry >>> 6
        const count = entry & 63
        const relative = (this.#lengths[slot] as number) / mean
        scores[slot] = (scores[slot] as number) + (scale * count) / (count + k1 * (1 - b + b * relative))
      }
    }
    return scores
  }
}

const nothing: Postings = { entries: new Uint32Array(), length: 0 }

/** Inverse document frequency as BM25 has it. */
export function informationOf(holders: number, all: number): number {
  return Math.log(1 + (all - holders + 0.5) / (holders + 0.5))
}

function countsOf(terms: Uint32Array): Map<number, number> {
  const counts = new Map<number, number>()
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}

function append(postings: Postings, entry: number): void {
  if (postings.length === postings.entries.length) {
    const grown = new Uint32Array(postings.length * 2)
    grown.set(postings.entries)
    postings.entries = grown
  }
  postings.entries[postings.length++] = entry
}

function cut(postings: Postings, slot: number): void {
  const { entries } = postings
  let i = 0
  while ((entries[i] as number) >>> 6 !== slot) i++
  entries[i] = entries[--postings.length] as number
}

interface Choice {
  readonly limit: number
  /** The least score. */
  readonly least: number
  readonly isAllowed: (slot: number) => boolean
  /** Which of two with the same score comes first. */
  readonly isBefore: (a: number, b: number) => boolean
}

/** The slots with the highest scores, best first. */
export function bestSlots(
  slots: Iterable<number>,
  scores: Float64Array,
  { limit, least, isAllowed, isBefore }: Choice,
): number[] {
  const best: number[] = []
  const precedes = (a: number, b: number) => {
    const difference = (scores[a] as number) - (scores[b] as number)
    return difference > 0 || (difference === 0 && isBefore(a, b))
  }
  for (const slot of slots) {
    if ((scores[slot] as number) < least) continue
    const last = best[limit - 1]
    if ((last !== undefined && precedes(last, slot)) || !isAllowed(slot)) continue
    let index = best.length
    while (index > 0 && precedes(slot, best[index - 1] as number)) index--
    best.splice(index, 0, slot)
    if (best.length > limit) best.pop()
  }
  return best
}
