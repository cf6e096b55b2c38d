// Remembers what an answer came to for a context, so that the same question in the same situation is not judged twice.
import type { RankingProfile } from '../ranking/profile.ts'
import type { SourceAnswer } from './content-source.ts'
import type { Inquiry } from './inquiry.ts'
import { judgeAndRank, type Shown, ShownItems } from './judge-and-rank.ts'
import type { Restrictions } from './restrictions.ts'

interface View {
  /** The very answers it was made from. */
  readonly answers: readonly SourceAnswer[]
  /** Of the restrictions that it was made under. */
  readonly version: number
  readonly shown: Shown
}

/** Contexts remembered for one answer: some 5 KB each, which the cache's bound does not count. */
const viewsKept = 4

/**
 * `judgeAndRank` with a memory. A view holds exactly as long as its answers are the cached ones, no availability
 * window of their items begins or ends and no source withdraws anything, so an item is never shown a moment longer than it may be.
 */
export class RankedViews {
  readonly #profile: RankingProfile
  readonly #restrictions: Restrictions
  readonly #items = new ShownItems()
  /** By the first answer: when the cache drops it, its views go with it. */
  readonly #views = new WeakMap<SourceAnswer, Map<string, View>>()

  constructor(profile: RankingProfile, restrictions: Restrictions) {
    this.#profile = profile
    this.#restrictions = restrictions
  }

  /** What to show for `answers`, at `wallTime` in milliseconds since the epoch. */
  show(answers: readonly SourceAnswer[], inquiry: Inquiry, wallTime: number): Shown {
    const [first] = answers
    if (first === undefined) return nothing
    let views = this.#views.get(first)
    if (views === undefined) {
      views = new Map()
      this.#views.set(first, views)
    }
    const known = views.get(inquiry.situation)
    const { version } = this.#restrictions
    if (known !== undefined && known.version === version && holds(known, answers, wallTime))
      return known.shown
    const shown = judgeAndRank(answers, inquiry, this.#profile, wallTime, this.#restrictions, this.#items)
    if (views.size >= viewsKept) views.clear()
    views.set(inquiry.situation, { answers, version, shown })
    return shown
  }
}

const nothing: Shown = {
  items: Object.freeze([]),
  refused: Object.freeze([]),
  from: Number.NEGATIVE_INFINITY,
  until: Number.POSITIVE_INFINITY,
}

function holds({ answers, shown }: View, now: readonly SourceAnswer[], wallTime: number): boolean {
  if (wallTime < shown.from || wallTime >= shown.until || answers.length !== now.length) return false
  for (let index = 0; index < answers.length; index++) if (answers[index] !== now[index]) return false
  return true
}
