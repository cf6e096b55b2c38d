// Figures over the record, counted by the database; each is defined in docs/reference/insights.md.
import type { Clock } from '../clock.ts'
import type {
  AdoptionFigures,
  ContentReport,
  FreshnessFigures,
  GapsReport,
  Grouped,
  InsightQuery,
  Insights,
  LatencyFigures,
} from '../ledger/record.ts'
import type { LedgerStore } from '../storage/ledger-store.ts'
import { mostUsed, neverUsed } from './content-lists.ts'
import { type ParsedInsightQuery, parseInsightQuery } from './insight-query.ts'
import { percentile } from './percentile.ts'
import { maxGroups, periodsOf, type Stretch, stretchOf, tooManyGroups } from './scope.ts'
import {
  type AdoptionTally,
  countFreshness,
  countRetrievals,
  type GapTally,
  latencies,
  readableWordings,
  type Selection,
  tallyAdoption,
  tallyContent,
  tallyGaps,
} from './tallies.ts'
import { shareOf } from './wilson.ts'

type BodiesOf = (
  indexes: readonly number[],
) => Promise<Map<number, { at: number; body: Record<string, unknown> | null }>>

export interface InsightOptions {
  readonly store: LedgerStore
  readonly clock: Clock
  readonly latencyBudgetMs: number
  /** Of entries by index: null where nobody can read it any more. */
  readonly bodiesOf: BodiesOf
}

/** A question, and where in the database its answer lies. */
interface Inquest {
  readonly query: ParsedInsightQuery
  readonly selection: Selection
  readonly stretch: Stretch
  readonly span: { readonly from: string; readonly to: string }
}

/** Counts to which a group's rows are added: the total's, and its own where groups were asked for. */
type CountsOf<C> = (group: string) => readonly C[]

type AdoptionCounts = Record<Exclude<keyof AdoptionTally, 'group'> | 'retrievals', number>
type Freshness = 'fresh' | 'stale' | 'mirror' | 'none'
interface FreshnessCounts {
  readonly of: Map<string, number>
  readonly degraded: Map<string, number>
}

/** {@link Insights} over a store. */
export class StoreInsights implements Insights {
  readonly #options: InsightOptions

  constructor(options: InsightOptions) {
    this.#options = options
  }

  async adoption(query: InsightQuery): Promise<Grouped<AdoptionFigures>> {
    const inquest = await this.#open(query)
    return this.#grouped(inquest, noAdoption, adoptionFigures, async (stretch, countsOf) => {
      for (const { group, retrievals } of await countRetrievals(inquest.selection, stretch))
        for (const counts of countsOf(group)) counts.retrievals += retrievals
      for (const { group, ...tally } of await tallyAdoption(inquest.selection, stretch))
        for (const counts of countsOf(group))
          for (const name of Object.keys(tally) as (keyof typeof tally)[]) counts[name] += tally[name]
    })
  }

  async latency(query: InsightQuery): Promise<Grouped<LatencyFigures>> {
    const inquest = await this.#open(query)
    const figures = (times: readonly number[]) => latencyFigures(times, this.#options.latencyBudgetMs)
    return this.#grouped(
      inquest,
      (): number[] => [],
      figures,
      async (stretch, countsOf) => {
        for await (const rows of latencies(inquest.selection, stretch))
          for (const { group, us } of rows) for (const times of countsOf(group)) times.push(us)
      },
    )
  }

  async freshness(query: InsightQuery): Promise<Grouped<FreshnessFigures>> {
    const inquest = await this.#open(query)
    const none = (): FreshnessCounts => ({ of: new Map(), degraded: new Map() })
    return this.#grouped(inquest, none, freshnessFigures, async (stretch, countsOf) => {
      for (const row of await countFreshness(inquest.selection, stretch))
        for (const counts of countsOf(row.group)) {
          raise(counts.of, row.freshness, row.retrievals)
          if (row.degraded !== '') raise(counts.degraded, row.degraded, row.retrievals)
        }
    })
  }

  async content(query: InsightQuery & { readonly limit?: number | undefined }): Promise<ContentReport> {
    const {
      selection,
      stretch,
      span,
      query: { limit },
    } = await this.#open(query)
    const tallies = await tallyContent(selection, stretch)
    return { ...span, mostUsed: mostUsed(tallies, limit), neverUsed: neverUsed(tallies, limit) }
  }

  async gaps(query: InsightQuery & { readonly limit?: number | undefined }): Promise<GapsReport> {
    const inquest = await this.#open(query)
    const gaps = await tallyGaps(inquest.selection, inquest.stretch, inquest.query.limit)
    const newest = await this.#options.bodiesOf(gaps.map(({ last }) => last))
    const wordings = await this.#wordings(inquest, gaps, newest)
    return {
      ...inquest.span,
      gaps: gaps.map(({ retrievals, empty, last }, place) => ({
        query: wordings[place] ?? null,
        retrievals,
        empty,
        lastAt: new Date(newest.get(last)?.at ?? 0).toISOString(),
      })),
    }
  }

  /** In the words of the newest retrieval; where that was erased, of the newest that was not. */
  async #wordings(
    { selection, stretch }: Inquest,
    gaps: readonly GapTally[],
    newest: Awaited<ReturnType<BodiesOf>>,
  ): Promise<(string | null)[]> {
    const erased = gaps.filter(({ last }) => queryOf(newest.get(last)?.body) === null)
    const older =
      erased.length === 0
        ? []
        : await readableWordings(
            selection,
            stretch,
            erased.map(({ digest }) => digest),
          )
    const bodies = await this.#options.bodiesOf(older.map(({ last }) => last))
    const olderOf = new Map(older.map(({ digest, last }) => [hex(digest), last]))
    return gaps.map(
      ({ digest, last }) =>
        queryOf(newest.get(last)?.body) ?? queryOf(bodies.get(olderOf.get(hex(digest)) ?? -1)?.body),
    )
  }

  async #open(input: InsightQuery): Promise<Inquest> {
    const {
      store: { db },
      clock,
    } = this.#options
    const now = clock.wallTime()
    const query = parseInsightQuery(input, now)
    const { by, queueId, language, from, to = now } = query
    const column = by === 'queue' ? 'queue_id' : by === 'language' ? 'language' : undefined
    return {
      query,
      selection: { db, queueId, language, column },
      stretch: await stretchOf(db, query),
      span: { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    }
  }

  /** Lets `read` add up each period's rows: all in one period, but where hours or days were asked for. */
  async #grouped<C, F>(
    { query: { by }, stretch, span }: Inquest,
    none: () => C,
    figuresOf: (counts: C) => F,
    read: (stretch: Stretch, countsOf: CountsOf<C>) => Promise<void>,
  ): Promise<Grouped<F>> {
    const total = none()
    const groups = new Map<string, C>()
    const countsOf = (name: string): readonly C[] => {
      if (by === undefined) return [total]
      const known = groups.get(name)
      if (known !== undefined) return [total, known]
      if (groups.size === maxGroups) throw tooManyGroups(by)
      const counts = none()
      groups.set(name, counts)
      return [total, counts]
    }
    for (const period of await periodsOf(this.#options.store.db, stretch, by))
      await read(period, (group) => countsOf(period.start ?? group))
    const sorted = [...groups].sort(([one], [other]) => (one < other ? -1 : 1))
    return {
      ...span,
      total: figuresOf(total),
      groups: sorted.map(([group, counts]) => ({ group, ...figuresOf(counts) })),
    }
  }
}

function noAdoption(): AdoptionCounts {
  return {
    retrievals: 0,
    shown: 0,
    opened: 0,
    copied: 0,
    inserted: 0,
    used: 0,
    dismissed: 0,
    rated: 0,
    positive: 0,
    ended: 0,
    resolved: 0,
  }
}

function adoptionFigures(counts: AdoptionCounts): AdoptionFigures {
  const { retrievals, shown } = counts
  const ofShown = (name: 'opened' | 'copied' | 'inserted' | 'used' | 'dismissed') =>
    shareOf(counts[name], shown)
  return {
    retrievals,
    shown,
    opened: ofShown('opened'),
    copied: ofShown('copied'),
    inserted: ofShown('inserted'),
    used: ofShown('used'),
    dismissed: ofShown('dismissed'),
    ratedPositive: shareOf(counts.positive, counts.rated),
    resolved: shareOf(counts.resolved, counts.ended),
  }
}

/** From times in microseconds. */
function latencyFigures(times: readonly number[], budgetMs: number): LatencyFigures {
  const sorted = Float64Array.from(times, (us) => us / 1000).sort()
  return {
    retrievals: sorted.length,
    p50: percentile(sorted, 500),
    p99: percentile(sorted, 990),
    p999: percentile(sorted, 999),
    withinBudget: shareOf(sorted.filter((ms) => ms <= budgetMs).length, sorted.length),
  }
}

function freshnessFigures({ of, degraded }: FreshnessCounts): FreshnessFigures {
  const retrievals = [...of.values()].reduce((sum, count) => sum + count, 0)
  const share = (status: Freshness) => shareOf(of.get(status) ?? 0, retrievals)
  return {
    retrievals,
    fresh: share('fresh'),
    stale: share('stale'),
    mirror: share('mirror'),
    none: share('none'),
    degraded: Object.fromEntries(degraded),
  }
}

function raise(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by)
}

function queryOf(body: Record<string, unknown> | null | undefined): string | null {
  return typeof body?.query === 'string' && body.query !== '' ? body.query : null
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
