// Remembers what an answer came to for a context, so that the same question in the same situation is not judged twice.
import type { Random } from '../random.ts'
import { drawExchange, exchanged, exchangesIn } from '../ranking/exploration.ts'
import type { RankingProfile } from '../ranking/profile.ts'
import type { SourceAnswer } from './content-source.ts'
import type { FitOf, LearntUse } from './fit.ts'
import type { Inquiry } from './inquiry.ts'
import { judgeAndRank, type Shown, ShownItems } from './judge-and-rank.ts'
import type { Restrictions } from './restrictions.ts'

interface View {
  /** The very answers it was made from. */
  readonly answers: readonly SourceAnswer[]
  /** Of the restrictions, and of what was learnt, that it was made under. */
  readonly version: number
  /** As it was ranked. */
  readonly shown: Shown
  readonly exchanges: readonly number[]
  /** The same with an exchange, made when it is drawn first, by its place; `undefined` for none. */
  readonly explored: Map<number | undefined, Shown>
}

/** How often neighbours change places, 0..0.1, and what draws it. */
export interface Exploration {
  readonly rate: number
  readonly random: Random
}

/** Contexts remembered for one answer: some 5 KB each, which the cache's bound does not count. */
const viewsKept = 4

/**
 * `judgeAndRank` with a memory. A view holds exactly as long as its answers are the cached ones, no availability
 * window of their items begins or ends, no source withdraws anything and nothing new is learnt, so an item is never shown
 * a moment longer than it may be.
 */
export class RankedViews {
  readonly #profile: RankingProfile
  readonly #restrictions: Restrictions
  readonly #exploration: Exploration | undefined
  readonly #fitOf: FitOf | undefined
  readonly #learnt: Pick<LearntUse, 'version'> | undefined
  readonly #items = new ShownItems()
  /**
   * By the last answer, since sources stand in the order of how widely their answers are shared: those of one
   * interaction come last. When the cache drops it, its views go with it.
   */
  readonly #views = new WeakMap<SourceAnswer, Map<string | Inquiry, View>>()

  /**
   * Without an exploration each list is shown as it was ranked. `fitOf` is for a profile that looks at what was said:
   * then a view is one inquiry's own.
   */
  constructor(
    profile: RankingProfile,
    restrictions: Restrictions,
    exploration?: Exploration,
    fitOf?: FitOf,
    learnt?: Pick<LearntUse, 'version'>,
  ) {
    this.#fitOf = fitOf
    this.#learnt = learnt
    this.#profile = profile
    this.#restrictions = restrictions
    this.#exploration = exploration?.rate === 0 ? undefined : exploration
  }

  /** Whether the profile measures words: then a view takes milliseconds to make. */
  get looksAtWords(): boolean {
    return this.#fitOf !== undefined
  }

  /** What to show for `answers`, at `wallTime` in milliseconds since the epoch. */
  show(answers: readonly SourceAnswer[], inquiry: Inquiry, wallTime: number): Shown {
    const last = answers.at(-1)
    if (last === undefined) return nothing
    let views = this.#views.get(last)
    if (views === undefined) {
      views = new Map()
      this.#views.set(last, views)
    }
    const key = this.#fitOf ? inquiry : inquiry.situation
    const known = views.get(key)
    // Both only grow, so their sum is the same only where both are.
    const version = this.#restrictions.version + (this.#learnt?.version ?? 0)
    if (known !== undefined && known.version === version && holds(known, answers, wallTime))
      return this.#explore(known)
    const shown = judgeAndRank(
      answers,
      inquiry,
      this.#profile,
      wallTime,
      this.#restrictions,
      this.#items,
      this.#fitOf,
    )
    if (views.size >= viewsKept) views.clear()
    const exchanges = exchangesIn(shown.items)
    const view = { answers, version, shown, exchanges, explored: new Map<number | undefined, Shown>() }
    views.set(key, view)
    return this.#explore(view)
  }

  /** Each showing is drawn anew: a view that is remembered must not freeze one draw. */
  #explore({ shown, exchanges, explored }: View): Shown {
    if (this.#exploration === undefined || exchanges.length === 0) return shown
    const { rate, random } = this.#exploration
    const exchange = drawExchange(exchanges, rate, random)
    const known = explored.get(exchange)
    if (known !== undefined) return known
    const { items, propensities } = exchanged(shown.items, exchange, rate)
    const made = { ...shown, items: Object.freeze(items), propensities: Object.freeze(propensities) }
    explored.set(exchange, made)
    return made
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
