// What past use says of articles, and how far it may be trusted: that is measured on articles it was not learnt from.
import { hash } from 'node:crypto'
import { type Choice, fitting, likelihoodOf } from './fit-weights.ts'
import { UseAssociations } from './use-associations.ts'
import { UseNeighbours } from './use-neighbours.ts'
import { ArticleStems, comparable, type UsableArticle } from './use-words.ts'

/** A question, what was shown for it, best first, and what of it was used. */
export interface PastUse {
  readonly question: string
  readonly shown: readonly {
    readonly article: UsableArticle
    readonly score: number
    readonly isUsed: boolean
  }[]
}

/** What {@link UseAssociations} and {@link UseNeighbours} say of an article. */
export type UseSigns = readonly [associations: number, neighbours: number]

/** What use teaches. */
export interface UseModel {
  /** Of the two signs, beside the scores that it was learnt with; 0: not trusted. */
  readonly weights: UseSigns
  /** What it adds to the score of an article for a question; 0 where it is not trusted. */
  scoreOf(question: string): (article: UsableArticle) => number
}

/** What the items of each past use had for signs, told from uses of other categories. */
type HeldOut = ReadonlyMap<PastUse, readonly UseSigns[]>

const folds = 4
const maxWeight = 2
/** What is learnt may not outweigh what the conversation is about, for which an article gets some 4 points. */
const mostPoints = 3
/** Of the log-likelihood: twice this is what chance exceeds in 1 of 100, with two weights. */
const neededGain = 4.6

/**
 * Learns from past uses, and yields its progress, 0..1. The weights are fitted to questions about articles of other
 * categories than those that were learnt from; where use does not clearly help there, they are 0, and ranking stays as
 * it was.
 */
export function* learnUse(uses: readonly PastUse[]): Generator<number, UseModel> {
  const stems = new ArticleStems()
  const foldOf = uses.map(foldFor)
  const heldOut = new Map<PastUse, readonly UseSigns[]>()
  const steps = uses.length * (1 + folds)
  let done = 0
  const progress = () => ++done / steps
  const learnt = function* (from: readonly PastUse[]) {
    const associations = new UseAssociations(stems)
    const neighbours = new UseNeighbours(stems)
    for (const { question, shown } of from) {
      const articles = (wanted: boolean) =>
        shown.filter(({ isUsed }) => isUsed === wanted).map(({ article }) => article)
      const used = articles(true)
      const passed = comparable(used, articles(false))
      associations.add(question, used, passed)
      neighbours.add(question, used, passed)
      yield progress()
    }
    return (question: string) => {
      const associated = associations.about(question)
      const near = neighbours.about(question)
      return (article: UsableArticle): UseSigns => [associated(article), near(article)]
    }
  }
  for (let fold = 0; fold < folds; fold++) {
    const signsOf = yield* learnt(uses.filter((_, index) => foldOf[index] !== fold))
    for (const [index, use] of uses.entries()) {
      if (foldOf[index] !== fold) continue
      const signs = signsOf(use.question)
      heldOut.set(
        use,
        use.shown.map(({ article }) => signs(article)),
      )
      yield progress()
    }
  }
  const weighing = weightsFor(uses, heldOut)
  let weighed = weighing.next()
  for (; !weighed.done; weighed = weighing.next()) yield done / steps
  const weights = weighed.value
  const signsOf = yield* learnt(uses)
  return {
    weights,
    scoreOf(question) {
      const signs = signsOf(question)
      return (article) => sumOf(weights, signs(article))
    },
  }
}

/** The choice that was made, by the columns given; empty where it tells nothing. */
function choiceOf({ shown }: PastUse, rows: readonly (readonly number[])[]): Choice[] {
  const used = shown.filter(({ isUsed }) => isUsed).length
  if (used === 0 || used === shown.length) return []
  return [
    {
      values: Float64Array.from(rows.flat()),
      uses: shown.map(({ isUsed }) => (isUsed ? 1 / used : 0)),
      weight: 1,
    },
  ]
}

/**
 * Whether `after` clearly puts what was used first more often than `before`: those that won, less those that lost, are
 * more than chance leads to in 1 of 700 (a sign test). The likelihood of a choice tells mostly of what is far from the
 * first place; agents look at the first.
 */
function isClearlyBetter(before: readonly boolean[], after: readonly boolean[]): boolean {
  let won = 0
  let lost = 0
  for (const [at, hit] of after.entries()) {
    if (hit && !before[at]) won++
    if (!hit && before[at]) lost++
  }
  return won - lost > 3 * Math.sqrt(won + lost)
}

/** Whether the item that scores most was used; of equals the first one counts. */
function isFirstUsed({ shown }: PastUse, scoreOf: (at: number) => number): boolean {
  let best = 0
  for (const at of shown.keys()) if (scoreOf(at) > scoreOf(best)) best = at
  return shown[best]?.isUsed ?? false
}

/** Relative to that of the score; a sign that speaks the wrong way is left out. */
function* weightsFor(uses: readonly PastUse[], heldOut: HeldOut): Generator<void, UseSigns> {
  const fitted = function* (columns: readonly (0 | 1)[]) {
    const choices = uses.flatMap((use) => {
      const signs = heldOut.get(use) ?? []
      return choiceOf(
        use,
        use.shown.map(({ score }, at) => [score, ...columns.map((column) => signs[at]?.[column] ?? 0)]),
      )
    })
    yield
    const weights = yield* fitting(choices, [1, ...columns.map(() => 0)], 1e-3)
    return { weights, likelihood: likelihoodOf(choices, weights) }
  }
  const alone = yield* fitted([])
  let columns: readonly (0 | 1)[] = [0, 1]
  for (let fit = yield* fitted(columns); columns.length > 0; fit = yield* fitted(columns)) {
    const [score = 0, ...signs] = fit.weights
    const helping = columns.filter((_, at) => (signs[at] ?? 0) > 0)
    if (score <= 0 || fit.likelihood - alone.likelihood < neededGain) return [0, 0]
    const weightOf = (column: 0 | 1) =>
      Math.min(maxWeight, Math.max(0, (signs[columns.indexOf(column)] ?? 0) / score))
    if (helping.length === columns.length) return helpingFirst(uses, heldOut, [weightOf(0), weightOf(1)])
    columns = helping
  }
  return [0, 0]
}

/** The weights, or none where what was used does not clearly come first more often with them. */
function helpingFirst(uses: readonly PastUse[], heldOut: HeldOut, weights: UseSigns): UseSigns {
  const before = uses.map((use) => isFirstUsed(use, (at) => use.shown[at]?.score ?? 0))
  const after = uses.map((use) =>
    isFirstUsed(use, (at) => {
      const learnt = sumOf(weights, heldOut.get(use)?.[at] ?? [0, 0])
      return (use.shown[at]?.score ?? 0) + learnt
    }),
  )
  return isClearlyBetter(before, after) ? weights : [0, 0]
}

function sumOf([associations, neighbours]: UseSigns, [associated, near]: UseSigns): number {
  const sum = associations * associated + neighbours * near
  return Math.max(-mostPoints, Math.min(mostPoints, sum))
}

/** By the category of what was used; by the article where it has none. */
function foldFor({ shown }: PastUse): number {
  const article = shown.find(({ isUsed }) => isUsed)?.article
  return hash('sha256', article?.category || article?.id || '', 'buffer').readUInt32BE() % folds
}
