// Figures over the record, counted by the database; each is defined in docs/reference/insights.md.
import type { Clock } from '../clock.ts'
import type {
  AdoptionFigures,
  ContentReport,
  ContentUse,
  FreshnessFigures,
  GapsReport,
  Grouped,
  InsightQuery,
  Insights,
  LatencyFigures,
  QueryFigures,
} from '../ledger/record.ts'
import type { LedgerStore } from '../storage/ledger-store.ts'
import {
  type AdoptionCounts,
  adoptionFigures,
  type FreshnessCounts,
  freshnessFigures,
  latencyFigures,
  mostUsed,
  neverUsed,
} from './figures.ts'
import { type ParsedInsightQuery, parseInsightQuery } from './insight-query.ts'
import { maxGroups, periodsOf, piecesOf, type Stretch, stretchOf, tooManyGroups } from './scope.ts'
import {
  type ContentTally,
  countFreshness,
  countRetrievals,
  type QueryTally,
  readableWordings,
  readLatencies,
  type Selection,
  tallyAdoption,
  tallyContent,
  tallyQueries,
} from './tallies.ts'
import { shareOf } from './wilson.ts'

type Bodies = Map<number, { at: number; body: Record<string, unknown> | null }>

export interface InsightOptions {
  readonly store: LedgerStore
  readonly clock: Clock
  readonly latencyBudgetMs: number
  /** Of entries by index; null where nobody can read it any more. */
  readonly bodiesOf: (indexes: readonly number[]) => Promise<Bodies>
}

type Listed = InsightQuery & { readonly limit?: number | undefined }

/** A question, and where in the database its answer lies. */
interface Question {
  readonly query: ParsedInsightQuery
  readonly selection: Selection
  readonly stretch: Stretch
  readonly span: { readonly from: string; readonly to: string }
}

/** What a group's rows are added to: the total, and the group's own where groups were asked for. */
type CountsOf<C> = (group: string) => readonly C[]

/** {@link Insights} over a store. */
export class StoreInsights implements Insights {
  readonly #options: InsightOptions

  constructor(options: InsightOptions) {
    this.#options = options
  }

  async adoption(query: InsightQuery): Promise<Grouped<AdoptionFigures>> {
    const question = await this.#understand(query)
    return this.#grouped(question, noAdoption, adoptionFigures, async (stretch, countsOf) => {
      for (const { group, retrievals } of await countRetrievals(question.selection, stretch))
        for (const counts of countsOf(group)) counts.retrievals += retrievals
      for (const { group, ...tally } of await tallyAdoption(question.selection, stretch))
        for (const counts of countsOf(group)) add(counts, tally)
    })
  }

  async latency(query: InsightQuery): Promise<Grouped<LatencyFigures>> {
    const question = await this.#understand(query)
    const figuresOf = (times: readonly number[]) => latencyFigures(times, this.#options.latencyBudgetMs)
    return this.#grouped(
      question,
      (): number[] => [],
      figuresOf,
      async (stretch, countsOf) => {
        for (const { group, us } of await readLatencies(question.selection, stretch))
          for (const times of countsOf(group)) times.push(us)
      },
    )
  }

  async freshness(query: InsightQuery): Promise<Grouped<FreshnessFigures>> {
    const question = await this.#understand(query)
    const none = (): FreshnessCounts => ({ statuses: new Map(), reasons: new Map() })
    return this.#grouped(question, none, freshnessFigures, async (stretch, countsOf) => {
      for (const { group, freshness, degraded, retrievals } of await countFreshness(
        question.selection,
        stretch,
      ))
        for (const { statuses, reasons } of countsOf(group)) {
          statuses.set(freshness, (statuses.get(freshness) ?? 0) + retrievals)
          if (degraded !== '') reasons.set(degraded, (reasons.get(degraded) ?? 0) + retrievals)
        }
    })
  }

  async content(query: Listed): Promise<ContentReport> {
    const question = await this.#understand(query)
    const all = await this.#tallies(question)
    const { span, query: parsed } = question
    return { ...span, mostUsed: mostUsed(all, parsed.limit), neverUsed: neverUsed(all, parsed.limit) }
  }

  async use(query: Listed): Promise<ContentUse> {
    const question = await this.#understand(query)
    let retrievals = 0
    for (const piece of piecesOf(question.stretch))
      for (const counted of await countRetrievals(question.selection, piece)) retrievals += counted.retrievals
    return { ...question.span, retrievals, contents: await this.#tallies(question) }
  }

  async #tallies({ selection, stretch }: Question): Promise<ContentTally[]> {
    const contents = new Map<string, ContentTally>()
    for (const piece of piecesOf(stretch))
      for (const { contentId, ...tally } of await tallyContent(selection, piece)) {
        const known = contents.get(contentId)
        if (known === undefined) contents.set(contentId, { contentId, ...tally })
        else add(known, tally)
      }
    return [...contents.values()]
  }

  async gaps(query: Listed): Promise<GapsReport> {
    const question = await this.#understand(query)
    const { selection, stretch, query: parsed, span } = question
    const tallies = await tallyQueries(selection, stretch, parsed.limit)
    const figures = await this.#readable(question, tallies)
    const listOf = (wanted: 'unused' | 'unanswered') =>
      figures.filter((_, place) => tallies[place]?.list === wanted)
    return { ...span, gaps: listOf('unused'), unanswered: listOf('unanswered') }
  }

  /** The figures of each query, with its words. */
  async #readable(question: Question, tallies: readonly QueryTally[]): Promise<QueryFigures[]> {
    const newest = await this.#options.bodiesOf(tallies.map(({ last }) => last))
    const older = await this.#olderWordings(
      question,
      tallies.filter(({ last }) => wordingIn(newest, last) === null),
    )
    return tallies.map(({ digest, retrievals, empty, used, last }) => ({
      query: wordingIn(newest, last) ?? older.get(hex(digest)) ?? null,
      retrievals,
      empty,
      unanswered: shareOf(empty, retrievals),
      used: shareOf(used, retrievals),
      lastAt: new Date(newest.get(last)?.at ?? 0).toISOString(),
    }))
  }

  /** Where the newest retrieval of a query was erased: the words of the newest that was not, by digest. */
  async #olderWordings(
    { selection, stretch }: Question,
    erased: readonly QueryTally[],
  ): Promise<Map<string, string | null>> {
    if (erased.length === 0) return new Map()
    const digests = erased.map(({ digest }) => digest)
    const readable = await readableWordings(selection, stretch, digests)
    const bodies = await this.#options.bodiesOf(readable.map(({ last }) => last))
    return new Map(readable.map(({ digest, last }) => [hex(digest), wordingIn(bodies, last)]))
  }

  async #understand(input: InsightQuery): Promise<Question> {
    const { db } = this.#options.store
    const now = this.#options.clock.wallTime()
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

  /** Adds up what `read` finds in each piece, in all and by group. */
  async #grouped<C, F>(
    { query: { by }, stretch, span }: Question,
    none: () => C,
    figuresOf: (counts: C) => F,
    read: (stretch: Stretch, countsOf: CountsOf<C>) => Promise<void>,
  ): Promise<Grouped<F>> {
    const total = none()
    const groups = new Map<string, C>()
    const countsOf = (name: string): readonly C[] => {
      if (by === undefined) return [total]
      let counts = groups.get(name)
      if (counts === undefined) {
        if (groups.size === maxGroups) throw tooManyGroups(by)
        counts = none()
        groups.set(name, counts)
      }
      return [total, counts]
    }
    for (const period of await periodsOf(this.#options.store.db, stretch, by))
      for (const piece of piecesOf(period)) await read(piece, (group) => countsOf(period.start ?? group))
    const sorted = [...groups].sort(([one], [other]) => (one < other ? -1 : 1))
    return {
      ...span,
      total: figuresOf(total),
      groups: sorted.map(([group, counts]) => ({ group, ...figuresOf(counts) })),
    }
  }
}

function noAdoption(): AdoptionCounts {
  const use = { opened: 0, copied: 0, inserted: 0, used: 0, dismissed: 0 }
  return { retrievals: 0, shown: 0, ...use, rated: 0, positive: 0, ended: 0, resolved: 0 }
}

/** Adds each of the counts of `tally` to the one of its name. */
function add<Name extends string>(
  counts: NoInfer<Record<Name, number>>,
  tally: Readonly<Record<Name, number>>,
): void {
  const sums: Record<Name, number> = counts
  for (const name of Object.keys(tally) as Name[]) sums[name] += tally[name]
}

/** What was asked for in the words of an entry; null where it was erased. */
function wordingIn(bodies: Bodies, index: number): string | null {
  const query = bodies.get(index)?.body?.query
  return typeof query === 'string' && query !== '' ? query : null
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
