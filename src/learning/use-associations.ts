// Which words of articles agents use when customers say which words: learnt from use, forgotten with the deployment.
import { type ArticleStems, stemsOf, type UsableArticle } from './use-words.ts'

/** How often a word of articles came with a word of questions: in what was used, and in what was passed over. */
interface Pair {
  used: number
  passed: number
}

/** Before this many questions a word of theirs says nothing. */
const neededQuestions = 3
/** So many uses of each kind are supposed, so that a few prove little. */
const supposed = 2
const supposedOfTags = 10
/** The logarithm of a ratio counts no more than this. */
const most = 3
/** A tag says this much of what a word says. */
const tagShare = 0.2
/** Beyond this many, the pairs that were seen least are forgotten. */
const maxPairs = 500_000

/** Counts of word pairs, and what they say of an article. */
export class UseAssociations {
  readonly #pairs = new Map<string, Map<string, Pair>>()
  readonly #questions = new Map<string, number>()
  readonly #stems: ArticleStems
  #count = 0
  #pairCount = 0

  constructor(stems: ArticleStems) {
    this.#stems = stems
  }

  /** Counts a question for which `used` was used, and `passed` was passed over. */
  add(question: string, used: readonly UsableArticle[], passed: readonly UsableArticle[]): void {
    const words = wordsOf(question)
    if (used.length === 0 || words.length === 0) return
    this.#count++
    for (const word of words) {
      this.#questions.set(word, (this.#questions.get(word) ?? 0) + 1)
      const pairs = this.#pairs.get(word) ?? new Map<string, Pair>()
      this.#pairs.set(word, pairs)
      const before = pairs.size
      for (const article of used)
        for (const own of this.#wordsOf(article)) pairOf(pairs, own).used += 1 / used.length
      for (const article of passed)
        for (const own of this.#wordsOf(article)) pairOf(pairs, own).passed += 1 / passed.length
      this.#pairCount += pairs.size - before
    }
    if (this.#pairCount > maxPairs) this.#forget()
  }

  /** What the words of a question say of articles: 0 for nothing, about 1 for much, below 0 for what is passed over. */
  about(question: string): (article: UsableArticle) => number {
    const known = wordsOf(question).flatMap((word) => {
      const count = this.#questions.get(word) ?? 0
      const pairs = this.#pairs.get(word)
      // The rarer the word, the more it says.
      return pairs === undefined || count < neededQuestions
        ? []
        : [{ pairs, weight: Math.log(1 + this.#count / count) }]
    })
    const total = known.reduce((sum, { weight }) => sum + weight, 0)
    if (total === 0) return () => 0
    return (article) => {
      let sum = 0
      for (const { pairs, weight } of known) {
        let best = 0
        let tags = 0
        for (const word of this.#wordsOf(article)) {
          const isTag = word.startsWith(tagPrefix)
          const lift = liftOf(pairs.get(word), isTag ? supposedOfTags : supposed)
          if (isTag) tags += lift
          else best = Math.max(best, lift)
        }
        sum += weight * (best + tagShare * tags)
      }
      return sum / total
    }
  }

  #wordsOf(article: UsableArticle): readonly string[] {
    return [...this.#stems.of(article), ...article.tags.map((tag) => tagPrefix + tag)]
  }

  #forget(): void {
    for (let least = 0.2; this.#pairCount > maxPairs / 2; least *= 2)
      for (const pairs of this.#pairs.values())
        for (const [word, { used, passed }] of pairs)
          if (used + passed < least && pairs.delete(word)) this.#pairCount--
  }
}

/** No word holds a space. */
const tagPrefix = 'tag '

function wordsOf(text: string): string[] {
  return [...new Set(stemsOf(text))]
}

function pairOf(pairs: Map<string, Pair>, word: string): Pair {
  const pair = pairs.get(word) ?? { used: 0, passed: 0 }
  pairs.set(word, pair)
  return pair
}

function liftOf(pair: Pair | undefined, smoothing: number): number {
  if (pair === undefined) return 0
  return Math.max(-most, Math.min(most, Math.log((pair.used + smoothing) / (pair.passed + smoothing))))
}
