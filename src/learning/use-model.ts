// What past use says of articles, and how far it may be trusted: that is measured on articles it was not learnt from.
import { hash } from 'node:crypto'
import { type Choice, fitChoices, likelihoodOf } from './fit-weights.ts'
import { type UsableArticle, UseAssociations } from './use-associations.ts'

/** A question, what was shown for it, best first, and what of it was used. */
export interface PastUse {
  readonly question: string
  readonly shown: readonly {
    readonly article: UsableArticle
    readonly score: number
    readonly isUsed: boolean
  }[]
}

/** What use adds to the score of an article. */
export interface UseModel {
  /** The weight of {@link UseAssociations.about} beside the scores that it was learnt with; 0: not trusted. */
  readonly weight: number
  about(question: string): (article: UsableArticle) => number
}

const folds = 4
const maxWeight = 2
/** Of the log-likelihood: twice this is what chance exceeds in 1 of 100. */
const neededGain = 3.3

/**
 * Learns from past uses. Its weight is fitted to questions about articles of other categories than those that the
 * associations were learnt from; where it does not clearly help there, it is 0, and ranking stays as it was.
 */
export function useModelOf(uses: readonly PastUse[]): UseModel {
  const foldOf = uses.map(foldFor)
  const choices: Choice[] = []
  for (let fold = 0; fold < folds; fold++) {
    const associations = associationsOf(uses.filter((_, index) => foldOf[index] !== fold))
    for (const [index, use] of uses.entries())
      if (foldOf[index] === fold) choices.push(...choiceOf(use, associations))
  }
  const associations = associationsOf(uses)
  return { weight: weightOf(choices), about: (question) => associations.about(question) }
}

function associationsOf(uses: readonly PastUse[]): UseAssociations {
  const associations = new UseAssociations()
  for (const { question, shown } of uses) {
    const articles = (wanted: boolean) =>
      shown.filter(({ isUsed }) => isUsed === wanted).map(({ article }) => article)
    associations.add(question, articles(true), articles(false))
  }
  return associations
}

/** Two features: the score as it was, and what associations say. */
function choiceOf({ question, shown }: PastUse, associations: UseAssociations): Choice[] {
  const used = shown.filter(({ isUsed }) => isUsed).length
  if (used === 0 || used === shown.length) return []
  const about = associations.about(question)
  const values = Float64Array.from(shown.flatMap(({ article, score }) => [score, about(article)]))
  return [{ values, uses: shown.map(({ isUsed }) => (isUsed ? 1 / used : 0)), weight: 1 }]
}

function weightOf(choices: readonly Choice[]): number {
  const both = fitChoices(choices, [1, 0], 1e-3)
  const [score = 0, association = 0] = both
  if (score <= 0 || association <= 0) return 0
  const scores = choices.map((choice) => ({
    ...choice,
    values: choice.values.filter((_, at) => at % 2 === 0),
  }))
  const alone = likelihoodOf(scores, fitChoices(scores, [1], 1e-3))
  return likelihoodOf(choices, both) - alone < neededGain ? 0 : Math.min(maxWeight, association / score)
}

/** By the category of what was used; by the article where it has none. */
function foldFor({ shown }: PastUse): number {
  const article = shown.find(({ isUsed }) => isUsed)?.article
  return hash('sha256', article?.category || article?.id || '', 'buffer').readUInt32BE() % folds
}
