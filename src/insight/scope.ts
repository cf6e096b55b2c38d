// Which retrievals a question is about: stretches of the log, found by time, and what else they must have.
import { type Kysely, sql } from 'kysely'
import { CuecardError } from '../errors.ts'
import type { Tables } from '../storage/tables.ts'
import type { ParsedInsightQuery } from './insight-query.ts'

/** Entries from index `first` to before `end`. */
export interface Stretch {
  readonly first: number
  readonly end: number
}

/** A stretch of its own for each hour or day asked for. */
export interface Period extends Stretch {
  /** ISO 8601 of its start; undefined where no periods were asked for. */
  readonly start: string | undefined
}

/** More groups than this are a mistake, or an attack. */
export const maxGroups = 1000

const entriesAtOnce = 50_000

const stepMs = { hour: 3_600_000, day: 24 * 3_600_000 } as const

/** The entries of the time asked for. The log's order is taken as the order in time. */
export async function stretchOf(
  db: Kysely<Tables>,
  { from, to }: Pick<ParsedInsightQuery, 'from' | 'to'>,
): Promise<Stretch> {
  const [first, end] = await firstSince(db, to === undefined ? [from] : [from, to])
  const last = await db.selectFrom('entries').select('idx').orderBy('idx', 'desc').limit(1).executeTakeFirst()
  const size = last === undefined ? 0 : last.idx + 1
  return { first: first ?? size, end: Math.max(first ?? size, end ?? size) }
}

/**
 * The stretch, cut where hours or days (UTC) begin if so asked.
 * @throws CuecardError `request.invalid` where there are too many of them.
 */
export async function periodsOf(
  db: Kysely<Tables>,
  { first, end }: Stretch,
  by: ParsedInsightQuery['by'],
): Promise<readonly Period[]> {
  if (by !== 'hour' && by !== 'day') return [{ start: undefined, first, end }]
  if (first === end) return []
  const ends = await db
    .selectFrom('entries')
    .select('at')
    .where('idx', 'in', [first, end - 1])
    .execute()
  const steps = ends.map(({ at }) => Math.floor(at / stepMs[by]))
  const firstStep = Math.min(...steps)
  const count = Math.max(...steps) - firstStep + 1
  if (count > maxGroups) throw tooManyGroups(by)
  const starts = Array.from({ length: count }, (_, step) => (firstStep + step) * stepMs[by])
  const firsts = await firstSince(db, starts.slice(1))
  let from = first
  return starts.map((start, step) => {
    const next = Math.min(Math.max(firsts[step] ?? end, from), end)
    const period = { start: new Date(start).toISOString(), first: from, end: next }
    from = next
    return period
  })
}

/**
 * What is added up is read in pieces: a database sorts a small piece in memory and a large one on disk, and between
 * two pieces others have their turn.
 */
export function* piecesOf({ first, end }: Stretch): Generator<Stretch> {
  for (let from = first; from < end; from += entriesAtOnce)
    yield { first: from, end: Math.min(end, from + entriesAtOnce) }
}

export function tooManyGroups(by: ParsedInsightQuery['by']): CuecardError {
  return new CuecardError(
    'request.invalid',
    `by: ${by} makes more than ${maxGroups} groups; ask for a shorter time, or for larger groups`,
    { field: 'by' },
  )
}

/** For each of these times the first entry that is not older, if there is one. Each is one look into an index. */
async function firstSince(db: Kysely<Tables>, times: readonly number[]): Promise<(number | undefined)[]> {
  if (times.length === 0) return []
  const { rows } = await sql<{ idx: number | null }>`
    with moments (place, since) as (values ${sql.join(times.map((at, place) => sql`(${sql.lit(place)}, ${sql.lit(at)})`))})
    select (select idx from entries where at >= since order by at, idx limit 1) as idx from moments order by place
  `.execute(db)
  return rows.map(({ idx }) => idx ?? undefined)
}
