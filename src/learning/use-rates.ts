// How often an article is used when it is looked at, and how often that resolves the contact: smoothed, by context.
import type { Examination } from './examination.ts'
import type { LoggedRetrieval } from './logged-retrieval.ts'

/** The mean of all articles counts as much as this many times that an article was looked at. */
const supposedLooks = 20
/** The article's own rate counts as much as this many looks in one context. */
const supposedContextLooks = 20
/** The mean of all articles counts as much as this many outcomes. */
const supposedOutcomes = 10

/** Counts of one article, or of one article in one context. */
interface UseCounts {
  /** Times shown, each as the chance that its place was looked at. */
  looks: number
  uses: number
  /** Uses in interactions of which the outcome is known. */
  ended: number
  resolved: number
}

/** Both rates lie between 0 and 1. */
export interface Rates {
  /** Uses a look. */
  readonly adoption: number
  /** Of the interactions in which it was used, those that were resolved. */
  readonly resolution: number
}

/** What is known of articles at one time; may be passed between threads. */
export interface KnownRates {
  /** Of articles that nothing is known of. */
  readonly prior: Rates
  readonly articles: ReadonlyMap<string, Rates>
  /** By context, then by article. */
  readonly contexts: ReadonlyMap<string, ReadonlyMap<string, Rates>>
  /** Interactions that it was counted in. */
  readonly interactionIds: ReadonlySet<string>
}

/**
 * The rates of an article: where it was seen in one of these contexts, of it there. An interaction is never ranked by
 * what was counted in itself: where it was counted at all, it gets what holds for any article.
 */
export function ratesOf(
  known: KnownRates,
  contentId: string,
  { interactionId, contexts }: { readonly interactionId: string; readonly contexts: readonly string[] },
): Rates {
  const whole = known.articles.get(contentId)
  if (whole === undefined || known.interactionIds.has(interactionId)) return known.prior
  const there = contexts.flatMap((context) => known.contexts.get(context)?.get(contentId) ?? [])
  if (there.length === 0) return whole
  return {
    adoption: there.reduce((sum, { adoption }) => sum + adoption, 0) / there.length,
    resolution: there.reduce((sum, { resolution }) => sum + resolution, 0) / there.length,
  }
}

/** Counts by article, and by context and article. */
export class UseRates {
  readonly #all = noCounts()
  readonly #articles = new Map<string, UseCounts>()
  readonly #contexts = new Map<string, Map<string, UseCounts>>()
  readonly #interactionIds = new Set<string>()

  /** Counts a retrieval. */
  add({ items, contexts, isResolved, interactionId }: LoggedRetrieval, examination: Examination): void {
    this.#interactionIds.add(interactionId)
    for (const [place, { contentId, isUsed }] of items.entries()) {
      const looks = examination(place)
      const outcome = isUsed && isResolved !== undefined
      for (const counts of this.#countsOf(contentId, contexts)) {
        counts.looks += looks
        if (isUsed) counts.uses++
        if (outcome) counts.ended++
        if (outcome && isResolved) counts.resolved++
      }
    }
  }

  /** The means of the Beta posteriors: of all articles, of each, and of each in each context. */
  known(): KnownRates {
    const { looks, uses, ended, resolved } = this.#all
    // Of nothing at all: one use in ten looks, and half of the contacts resolved.
    const prior = {
      adoption: Math.min(1, beta(uses, looks, 0.1, supposedLooks)),
      resolution: beta(resolved, ended, 0.5, supposedOutcomes),
    }
    const articles = new Map(
      [...this.#articles].map(([id, counts]) => [
        id,
        smoothed(counts, prior, supposedLooks, supposedOutcomes),
      ]),
    )
    const contexts = new Map<string, Map<string, Rates>>()
    for (const [context, counted] of this.#contexts) {
      const inContext = ([id, counts]: [string, UseCounts]) => {
        const whole = articles.get(id) ?? prior
        return [id, smoothed(counts, whole, supposedContextLooks, supposedOutcomes)] as const
      }
      contexts.set(context, new Map([...counted].map(inContext)))
    }
    return { prior, articles, contexts, interactionIds: this.#interactionIds }
  }

  *#countsOf(contentId: string, contexts: readonly string[]): Generator<UseCounts> {
    yield this.#all
    yield countsIn(this.#articles, contentId)
    for (const context of contexts) {
      const articles = this.#contexts.get(context) ?? new Map<string, UseCounts>()
      this.#contexts.set(context, articles)
      yield countsIn(articles, contentId)
    }
  }
}

function smoothed(counts: UseCounts, prior: Rates, looks: number, outcomes: number): Rates {
  return {
    // More uses than looks are possible, since looks are estimated.
    adoption: Math.min(1, beta(counts.uses, counts.looks, prior.adoption, looks)),
    resolution: beta(counts.resolved, counts.ended, prior.resolution, outcomes),
  }
}

/** The mean of Beta(prior x weight + count, (1 - prior) x weight + of - count). */
function beta(count: number, of: number, prior: number, weight: number): number {
  return (count + prior * weight) / (of + weight)
}

function countsIn(map: Map<string, UseCounts>, key: string): UseCounts {
  const counts = map.get(key) ?? noCounts()
  map.set(key, counts)
  return counts
}

function noCounts(): UseCounts {
  return { looks: 0, uses: 0, ended: 0, resolved: 0 }
}
