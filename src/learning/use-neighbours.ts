// What was used for questions like this one: an article is worth as much as it reads like that.
import { type ArticleStems, stemsOf, type UsableArticle } from './use-words.ts'

/** So many of the questions that are most like this one are looked at. */
const neighbours = 50
/** The cosine from which on a question is like another one. */
const leastLike = 0.05
/** One more neighbour is supposed, for which nothing was used, so that a distant one proves little. */
const supposed = 1
/** Brings the outcome near the scale of the other features. */
const scale = 10

/** How much each word speaks for an article. */
type WordWeights = Map<string, number>

interface Neighbour {
  readonly terms: readonly string[]
  readonly used: readonly UsableArticle[]
  readonly passed: readonly UsableArticle[]
  /** Worked out when it is needed first. */
  length?: number
  leaning?: WordWeights
}

/** Past questions and what was used for them: nearest neighbours, by words and pairs of words (Rocchio 1971). */
export class UseNeighbours {
  readonly #stems: ArticleStems
  readonly #past: Neighbour[] = []
  readonly #byTerm = new Map<string, Neighbour[]>()
  readonly #articlesWith = new Map<string, number>()
  readonly #articles = new Set<string>()

  constructor(stems: ArticleStems) {
    this.#stems = stems
  }

  /** All are added before the first is asked about. */
  add(question: string, used: readonly UsableArticle[], passed: readonly UsableArticle[]): void {
    const terms = termsOf(question)
    if (used.length === 0 || terms.length === 0) return
    const neighbour = { terms, used, passed }
    this.#past.push(neighbour)
    for (const term of terms) {
      const holders = this.#byTerm.get(term)
      if (holders === undefined) this.#byTerm.set(term, [neighbour])
      else holders.push(neighbour)
    }
    for (const article of [...used, ...passed]) {
      if (this.#articles.has(article.id)) continue
      this.#articles.add(article.id)
      for (const stem of this.#stems.of(article))
        this.#articlesWith.set(stem, (this.#articlesWith.get(stem) ?? 0) + 1)
    }
  }

  /** 0 for nothing, about 1 for much, below 0 for what reads like what was passed over. */
  about(question: string): (article: UsableArticle) => number {
    const leaning: WordWeights = new Map()
    let total = supposed
    for (const [neighbour, likeness] of this.#nearest(question)) {
      total += likeness
      for (const [word, weight] of this.#leaningOf(neighbour))
        leaning.set(word, (leaning.get(word) ?? 0) + likeness * weight)
    }
    if (leaning.size === 0) return () => 0
    return (article) => {
      let sum = 0
      let squares = 0
      for (const stem of this.#stems.of(article)) {
        const rarity = this.#rarityOf(stem)
        sum += rarity * (leaning.get(stem) ?? 0)
        squares += rarity ** 2
      }
      return sum === 0 ? 0 : (scale * sum) / (Math.sqrt(squares) * total)
    }
  }

  #nearest(question: string): [Neighbour, number][] {
    const terms = termsOf(question)
    const products = new Map<Neighbour, number>()
    for (const term of terms) {
      const square = this.#termRarity(term) ** 2
      for (const neighbour of this.#byTerm.get(term) ?? [])
        products.set(neighbour, (products.get(neighbour) ?? 0) + square)
    }
    const own = this.#lengthOf(terms)
    return [...products]
      .map(([neighbour, product]): [Neighbour, number] => {
        neighbour.length ??= this.#lengthOf(neighbour.terms)
        return [neighbour, product / (own * neighbour.length)]
      })
      .filter(([, likeness]) => likeness > leastLike)
      .sort(([, a], [, b]) => b - a)
      .slice(0, neighbours)
  }

  #lengthOf(terms: readonly string[]): number {
    return Math.sqrt(terms.reduce((sum, term) => sum + this.#termRarity(term) ** 2, 0))
  }

  /** A term that was never heard says nothing. */
  #termRarity(term: string): number {
    const count = this.#byTerm.get(term)?.length
    return count === undefined ? 0 : Math.log(1 + this.#past.length / count)
  }

  #rarityOf(stem: string): number {
    return Math.log(1 + this.#articles.size / (1 + (this.#articlesWith.get(stem) ?? 0)))
  }

  /** What was used less what was passed over. */
  #leaningOf(neighbour: Neighbour): WordWeights {
    if (neighbour.leaning !== undefined) return neighbour.leaning
    const leaning: WordWeights = new Map()
    neighbour.leaning = leaning
    const add = (articles: readonly UsableArticle[], sign: number) => {
      for (const article of articles) {
        const stems = this.#stems.of(article)
        const rarities = stems.map((stem) => this.#rarityOf(stem))
        const length = Math.hypot(...rarities)
        for (const [at, stem] of stems.entries()) {
          const share = (sign * (rarities[at] ?? 0)) / (length * articles.length)
          leaning.set(stem, (leaning.get(stem) ?? 0) + share)
        }
      }
    }
    add(neighbour.used, 1)
    add(neighbour.passed, -1)
    return leaning
  }
}

/** Words, and pairs of words that follow each other; each once. */
function termsOf(question: string): string[] {
  const stems = stemsOf(question)
  return [...new Set([...stems, ...stems.slice(1).map((stem, at) => `${stems[at]} ${stem}`)])]
}
