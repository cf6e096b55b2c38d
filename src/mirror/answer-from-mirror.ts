// A question answered from the mirror.
import type { Clock } from '../clock.ts'
import type { ContentItem } from '../retrieval/content-item.ts'
import { mirrorName, type SourceAnswer } from '../retrieval/content-source.ts'
import { refusalOf } from '../retrieval/eligibility.ts'
import type { Inquiry } from '../retrieval/inquiry.ts'
import { knowledgeQueryOf } from '../retrieval/knowledge-query-of.ts'
import { fullScore } from '../search/content-features.ts'
import type { KnowledgeHit } from '../search/knowledge-index.ts'
import type { KnowledgeQuery } from '../search/knowledge-query.ts'
import type { Mirror, Scope } from './mirror.ts'
import { isGenesys } from './origin.ts'
import { passageOf, type WantedWords, wantedWords } from './passage.ts'

/** In milliseconds: what comes into force is found so much later at the most, where the same is asked again. */
const rememberedMs = 10_000

/** Candidates for a few results, and for many: the ranking may prefer one further down. */
const fewResults = 10
const fewCandidates = 20
const mostCandidates = 60

/** Where nothing may be shown, so many are handed on for the reply to say why. */
const refusedCandidates = 3

interface Remembered {
  readonly version: number
  readonly until: number
  readonly answer: SourceAnswer
}

export class MirrorAnswers {
  readonly #mirror: Mirror
  readonly #clock: Clock
  readonly #remembered: Record<Scope, WeakMap<Inquiry, Remembered>> = {
    all: new WeakMap(),
    genesys: new WeakMap(),
    own: new WeakMap(),
  }

  constructor(mirror: Mirror, clock: Clock) {
    this.#mirror = mirror
    this.#clock = clock
  }

  /** Undefined where the mirror is empty, or there is nothing to go by. */
  answer(inquiry: Inquiry, scope: Scope): SourceAnswer | undefined {
    const now = this.#clock.now()
    const known = this.#remembered[scope].get(inquiry)
    const { version } = this.#mirror
    if (known?.version === version && now < known.until) return known.answer
    const query = knowledgeQueryOf(inquiry)
    if (query === undefined || this.#mirror.size === 0) return undefined
    const answer: SourceAnswer = {
      source: mirrorName,
      items: this.#search(inquiry, query, scope),
      fetchedAt: now - 1000 * this.#mirror.ageSeconds(scope),
      // It is never refreshed for a question, so it is never waited for either.
      freshUntil: Number.POSITIVE_INFINITY,
      upstreamMs: 0,
      queuedMs: 0,
    }
    this.#remembered[scope].set(inquiry, { version, until: now + rememberedMs, answer })
    return answer
  }

  #search(inquiry: Inquiry, query: KnowledgeQuery, scope: Scope): ContentItem[] {
    const mirror = this.#mirror
    const wallTime = this.#clock.wallTime()
    // How relevant it is shows only after the search.
    const judged = { ...inquiry, minRelevanceScore: 0 }
    const isInScope = (id: string) =>
      scope === 'all' || isGenesys(mirror.get(id)?.origin ?? '') === (scope === 'genesys')
    const isShowable = (id: string) => {
      const mirrored = mirror.get(id)
      return (
        mirrored !== undefined && isInScope(id) && refusalOf(mirrored.item, judged, wallTime) === undefined
      )
    }
    // Before the limit: who may see three of ten thousand articles gets these three.
    let hits = mirror.index.search(query, {
      limit: inquiry.maxResults <= fewResults ? fewCandidates : mostCandidates,
      filter: ({ id }) => isShowable(id),
    })
    if (hits.length === 0)
      hits = mirror.index.search(query, { limit: refusedCandidates, filter: ({ id }) => isInScope(id) })
    return this.#items(hits, query)
  }

  #items(hits: readonly KnowledgeHit[], query: KnowledgeQuery): ContentItem[] {
    let wanted: WantedWords | undefined
    const best = Math.max(hits[0]?.score ?? 0, Number.EPSILON)
    const sure = best / (best + halfSure)
    return hits.flatMap(({ article, score }) => {
      const mirrored = this.#mirror.get(article.id)
      if (mirrored === undefined) return []
      const passage = () => {
        wanted ??= wantedWords(textsOf(query))
        return passageOf(article.body, wanted)
      }
      return [withPassage(mirrored.item, Math.max(0, (sure * score) / best), passage)]
    })
  }
}

/** A best score at which the relevance of the best article is a half: an eighth of what none can pass. */
const halfSure = fullScore / 8

/** The newest first. */
function textsOf({ turns, query }: KnowledgeQuery): string[] {
  const said = turns.map(({ text }) => text).reverse()
  return query === undefined ? said : [query, ...said]
}

/** Its snippet is looked for when it is shown: most candidates are not. */
function withPassage(item: ContentItem, relevanceScore: number, passage: () => string): ContentItem {
  let snippet: string | undefined
  return {
    ...item,
    relevanceScore,
    get snippet() {
      snippet ??= passage()
      return snippet
    },
  }
}
