// The index of the knowledge: what a conversation needs, found and measured in memory.
import type { Article } from '../articles/article.ts'
import { type AnalysedArticle, analyseArticle } from './analysed-article.ts'
import type { Candidate } from './candidate.ts'
import { type ContentFeatures, contentScore } from './content-features.ts'
import { type Focus, focusOf } from './focus.ts'
import type { KnowledgeQuery } from './knowledge-query.ts'
import { measureArticles } from './measure-articles.ts'
import { questionOf } from './question.ts'
import { relatedTerms } from './related-terms.ts'
import { Subjects } from './subjects.ts'
import { bestSlots, TextIndex } from './text-index.ts'
import { Vocabulary } from './vocabulary.ts'

/** Candidates: the best for what is asked, the best for the whole conversation, and those of what it is about. */
const bestForAsked = 40
const bestForBackground = 25
const subjectsInFocus = 4
const leastFocus = 0.3
const bestOfSubject = 80
/** From so many of the best articles the related terms are taken. */
const feedbackArticles = 30

type Filter = (article: Article) => boolean

export interface SearchOptions {
  readonly limit: number
  /** Only these articles are looked at. */
  readonly filter?: Filter | undefined
}

export interface KnowledgeHit {
  readonly article: Article
  readonly features: ContentFeatures
  readonly score: number
}

/**
 * Articles by id. A change takes well under a millisecond and its statistics are exact at once: an index that was
 * changed answers as one made afresh of the same articles. A search takes some milliseconds.
 */
export class KnowledgeIndex {
  readonly #vocabulary = new Vocabulary()
  readonly #subjects = new Subjects(this.#vocabulary)
  readonly #texts = new TextIndex()
  readonly #knowledge = { vocabulary: this.#vocabulary, subjects: this.#subjects, texts: this.#texts }
  readonly #slots: (AnalysedArticle | undefined)[] = []
  readonly #slotOf = new Map<string, number>()
  readonly #free: number[] = []

  constructor(articles: Iterable<Article> = []) {
    for (const article of articles) this.put(article)
  }

  get size(): number {
    return this.#slotOf.size
  }

  /** Adds an article, or replaces the one with its id. */
  put(article: Article): void {
    this.remove(article.id)
    const slot = this.#free.pop() ?? this.#slots.length
    const analysed = analyseArticle(article, this.#vocabulary)
    this.#slots[slot] = analysed
    this.#slotOf.set(article.id, slot)
    this.#texts.add(slot, analysed.terms)
    this.#subjects.add(slot, article)
  }

  /** Whether there was one. */
  remove(id: string): boolean {
    const slot = this.#slotOf.get(id)
    if (slot === undefined) return false
    this.#texts.remove(slot, this.#at(slot).terms)
    this.#subjects.remove(slot)
    this.#slots[slot] = undefined
    this.#slotOf.delete(id)
    this.#free.push(slot)
    return true
  }

  get(id: string): Article | undefined {
    const slot = this.#slotOf.get(id)
    return slot === undefined ? undefined : this.#at(slot).article
  }

  *articles(): Generator<Article> {
    for (const slot of this.#slotOf.values()) yield this.#at(slot).article
  }

  /** Best first by the features' plain sum with the default weights. Equals stand by a hash of their ids. */
  search(query: KnowledgeQuery, { limit, filter }: SearchOptions): KnowledgeHit[] {
    return this.#measure(query, [], filter)
      .map(({ analysed, features }) => ({ analysed, features, score: contentScore(features) }))
      .sort((a, b) => b.score - a.score || order(a.analysed, b.analysed))
      .slice(0, limit)
      .map(({ analysed: { article }, features, score }) => ({ article, features, score }))
  }

  /** Features of known articles, which another source may have found; undefined for an id that is not here. */
  featuresOf(query: KnowledgeQuery, ids: readonly string[]): (ContentFeatures | undefined)[] {
    const wanted = ids.map((id) => this.#slotOf.get(id)).filter((slot) => slot !== undefined)
    const measured = this.#measure(query, wanted)
    const byId = new Map(measured.map(({ analysed, features }) => [analysed.article.id, features]))
    return ids.map((id) => byId.get(id))
  }

  #measure(query: KnowledgeQuery, wanted: readonly number[], filter: Filter = () => true) {
    const texts = this.#texts
    const focus = focusOf(query, this.#knowledge)
    const question = questionOf(query, this.#knowledge, focus.nameTerms)
    const asked = texts.scores(question.asked)
    const background = texts.scores(question.background)
    const best = this.#best(asked.keys(), asked, bestForAsked, filter)
    const slots = new Set([
      ...wanted,
      ...best,
      ...this.#best(background.keys(), background, bestForBackground, filter),
      ...this.#inFocus(focus, asked, filter),
    ])
    const candidateAt = (slot: number): Candidate => ({
      analysed: this.#at(slot),
      subjects: this.#subjects.of(slot),
      asked: asked[slot] as number,
    })
    const candidates = [...slots].map(candidateAt)
    const feedback = best.slice(0, feedbackArticles).map(candidateAt)
    const related = relatedTerms(question.asked, feedback, focus, this.#knowledge)
    const features = measureArticles(candidates, question, focus, related, texts)
    return candidates.map(({ analysed }, index) => ({
      analysed,
      features: features[index] as ContentFeatures,
    }))
  }

  /** Articles of the subjects most in focus: all, or of a large one the best for what is asked. */
  *#inFocus({ strengths }: Focus, asked: Float64Array, filter: Filter): Generator<number> {
    const subjects = [...strengths]
      .filter(([, strength]) => strength >= leastFocus)
      .sort(([a, strengthOfA], [b, strengthOfB]) => strengthOfB - strengthOfA || (a.name < b.name ? -1 : 1))
      .slice(0, subjectsInFocus)
    for (const [{ members }] of subjects) yield* this.#best(members, asked, bestOfSubject, filter, 0)
  }

  /** The best of those that the filter lets through, from a score on. */
  #best(
    slots: Iterable<number>,
    scores: Float64Array,
    limit: number,
    filter: Filter,
    least = Number.MIN_VALUE,
  ): number[] {
    return bestSlots(slots, scores, {
      limit,
      least,
      isAllowed: (slot) => filter(this.#at(slot).article),
      isBefore: (a, b) => order(this.#at(a), this.#at(b)) < 0,
    })
  }

  #at(slot: number): AnalysedArticle {
    const analysed = this.#slots[slot]
    if (analysed === undefined) throw new RangeError(`no article in slot ${slot}`)
    return analysed
  }
}

function order(a: AnalysedArticle, b: AnalysedArticle): number {
  return a.tieBreak - b.tieBreak || (a.article.id < b.article.id ? -1 : 1)
}
