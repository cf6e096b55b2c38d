// Which articles need looking after: said twice, shown and never used, never shown, dismissed whenever one can tell.
import type { ContentUse, InsightQuery, Insights } from '../ledger/record.ts'
import { nextTurn } from '../mirror/next-turn.ts'
import type { ArticleFigures, HygieneReport } from './hygiene-report.ts'
import type { Comparable, DuplicateGroup } from './near-duplicates.ts'
import { shareOf } from './wilson.ts'

/** Jaccard's index of their shingles from which on two articles are near-duplicates. */
const duplicateThreshold = 0.8

/** An article in force. */
export interface KnownArticle extends Comparable {
  /** ISO 8601. */
  readonly updatedAt: string | null
}

/** The articles in force; the same `version` stands for the same ones. */
export interface Knowledge {
  readonly version: string
  readonly articles: readonly KnownArticle[]
}

export type HygieneQuery = Omit<InsightQuery, 'by'> & { readonly limit?: number | undefined }
type OnProgress = (done: number, total: number) => void

/** {@link Insights}, and what needs the articles themselves besides the record. */
export interface InsightReports extends Insights {
  hygiene(query: HygieneQuery, onProgress?: OnProgress): Promise<HygieneReport>
}

/** `knowledge` gives undefined without a mirror. `pause` is awaited between pieces of work of some milliseconds. */
export function withHygiene(
  insights: Insights,
  knowledge: () => Knowledge | undefined,
  pause: () => Promise<void> = nextTurn,
): InsightReports {
  let last: { readonly version: string; readonly groups: Promise<DuplicateGroup[]> } | undefined
  return {
    ...insights,
    async hygiene({ limit = 20, ...query }, onProgress) {
      const use = await insights.use({ ...query, limit })
      const known = knowledge()
      if (known === undefined) return reportOf(use, limit, undefined, [])
      // Whoever asks meanwhile, or again, waits for the same.
      if (last?.version !== known.version)
        last = { version: known.version, groups: duplicatesIn(known, pause, onProgress) }
      return reportOf(use, limit, known.articles, await last.groups)
    },
  }
}

async function duplicatesIn(
  { articles }: Knowledge,
  pause: () => Promise<void>,
  onProgress: OnProgress | undefined,
): Promise<DuplicateGroup[]> {
  // Loaded when it is asked for: the start does not wait for it.
  const { nearDuplicates } = await import('./near-duplicates.ts')
  const longestFirst = articles.toSorted((a, b) => b.body.length - a.body.length || byId(a.id, b.id))
  return nearDuplicates(longestFirst, { threshold: duplicateThreshold, pause, onProgress })
}

function reportOf(
  { contents, ...use }: ContentUse,
  limit: number,
  articles: readonly KnownArticle[] | undefined,
  groups: readonly DuplicateGroup[],
): HygieneReport {
  const titles = new Map(articles?.map(({ id, title }) => [id, title]))
  const counted = new Map(contents.map((content) => [content.contentId, content]))
  const figuresOf = (contentId: string): ArticleFigures => {
    const { shown, used, dismissed } = counted.get(contentId) ?? { shown: 0, used: 0, dismissed: 0 }
    const title = titles.get(contentId) ?? null
    return { contentId, title, shown, used: shareOf(used, shown), dismissed: shareOf(dismissed, shown) }
  }
  const unused = contents.filter(({ used }) => used === 0).map(({ contentId }) => figuresOf(contentId))
  const dismissed = unused.filter(({ dismissed }) => dismissed.count > 0)
  return {
    ...use,
    shown: contents.reduce((sum, { shown }) => sum + shown, 0),
    neverUsed: first(limit, unused, (a, b) => b.shown - a.shown),
    alwaysDismissed: first(limit, dismissed, (a, b) => (b.dismissed.low ?? 0) - (a.dismissed.low ?? 0)),
    knowledge:
      articles === undefined
        ? null
        : {
            articles: articles.length,
            neverShown: neverShown(
              articles.filter(({ id }) => !counted.has(id)),
              articles.length,
              limit,
            ),
            nearDuplicates: {
              threshold: duplicateThreshold,
              groups: groups.length,
              list: groups
                .toSorted((a, b) => b.articles.length - a.articles.length)
                .slice(0, limit)
                .map((group) =>
                  group.articles.map(({ id, similarity }) => ({ ...figuresOf(id), similarity })),
                ),
            },
          },
  }
}

function first(
  limit: number,
  figures: readonly ArticleFigures[],
  by: (a: ArticleFigures, b: ArticleFigures) => number,
): ArticleFigures[] {
  return figures.toSorted((a, b) => by(a, b) || byId(a.contentId, b.contentId)).slice(0, limit)
}

/** An article that does not say when it was edited comes last. */
function neverShown(unshown: readonly KnownArticle[], articles: number, limit: number) {
  const edited = ({ updatedAt }: KnownArticle) => (updatedAt === null ? Infinity : Date.parse(updatedAt))
  const list = unshown
    .toSorted((a, b) => compare(edited(a), edited(b)) || byId(a.id, b.id))
    .slice(0, limit)
    .map(({ id, title, updatedAt }) => ({ contentId: id, title, updatedAt }))
  return { ...shareOf(unshown.length, articles), list }
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function byId(a: string, b: string): number {
  return a < b ? -1 : 1
}
