// What the words of an article say about its fit, as numbers that a person can read.

/** In the order in which they are added up; docs/ranking.md tells what each one is. */
export const contentFeatures = [
  'focus',
  'askedInFocus',
  'text',
  'openText',
  'openPhrases',
  'openSentence',
  'openCoverage',
  'related',
  'experience',
] as const

export type FeatureName = (typeof contentFeatures)[number]

/** Each 0..1. */
export type ContentFeatures = Readonly<Record<FeatureName, number>>

/** Set by hand on two unlike data sets; docs/ranking.md tells how. */
export const contentWeights: ContentFeatures = {
  focus: 1.6,
  askedInFocus: 2.5,
  text: 0.75,
  openText: 1,
  openPhrases: 1.9,
  openSentence: 3.5,
  openCoverage: 3.5,
  related: 0.1,
  experience: 0.9,
}

export function contentScore(features: ContentFeatures): number {
  let sum = 0
  for (const name of contentFeatures) sum += contentWeights[name] * features[name]
  return sum
}

/** The score of an article that fits in every way once it is certain what the conversation is about. */
export const fullScore = contentFeatures
  .filter((name) => !name.startsWith('open'))
  .reduce((sum, name) => sum + contentWeights[name], 0)
