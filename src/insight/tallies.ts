// The questions to the database: what was asked of the tables, and the counts that come back.
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { useTypes } from '../adoption/adoption-event.ts'
import type { Tables } from '../storage/tables.ts'
import type { Stretch } from './scope.ts'

/** Which retrievals, besides when, and by what to group them. */
export interface Selection {
  readonly db: Kysely<Tables>
  readonly queueId: string | undefined
  readonly language: string | undefined
  readonly column: 'queue_id' | 'language' | undefined
}

/** Retrievals by group. */
export async function countRetrievals(selection: Selection, stretch: Stretch) {
  const { rows } = await sql<{ group: string; retrievals: number }>`
    select ${groupOf(selection)} as "group", count(*) as retrievals
    from retrievals r where ${within(selection, stretch)} ${groupBy(selection)}
  `.execute(selection.db)
  return rows
}

export interface AdoptionTally {
  readonly group: string
  readonly shown: number
  readonly opened: number
  readonly copied: number
  readonly inserted: number
  readonly used: number
  readonly dismissed: number
  readonly rated: number
  readonly positive: number
  readonly resolved: number
  readonly ended: number
}

/** What was done with what was shown, by group. An outcome stands among the events as about the content ''. */
export async function tallyAdoption(selection: Selection, stretch: Stretch) {
  const { rows } = await sql<AdoptionTally>`
    select ${groupOf(selection)} as "group", ${countIf(sql`content_id <> ''`)} as shown,
      ${countIf(sql`opened = 1`)} as opened, ${countIf(sql`copied = 1`)} as copied,
      ${countIf(sql`inserted = 1`)} as inserted, ${countIf(sql`opened + copied + inserted > 0`)} as used,
      ${countIf(sql`dismissed = 1`)} as dismissed,
      ${countIf(sql`content_id <> '' and verdict >= 0`)} as rated,
      ${countIf(sql`content_id <> '' and verdict % 2 = 1`)} as positive,
      ${countIf(sql`content_id = '' and verdict >= 0`)} as ended,
      ${countIf(sql`content_id = '' and verdict % 2 = 1`)} as resolved
    from (
      select retrieval_idx, content_id, ${has('opened')} as opened, ${has('copied')} as copied,
        ${has('inserted')} as inserted, ${has('dismissed')} as dismissed, ${lastVerdict} as verdict
      from events where ${ofRetrievalsWithin(stretch)} group by retrieval_idx, content_id
    ) pairs join retrievals r on r.idx = pairs.retrieval_idx
    where ${within(selection, stretch)} ${groupBy(selection)}
  `.execute(selection.db)
  return rows
}

/** Each retrieval's time by group, in microseconds and in no order. */
export async function readLatencies(selection: Selection, stretch: Stretch) {
  const { rows } = await sql<{ group: string; us: number }>`
    select ${groupOf(selection)} as "group", latency_us as us from retrievals r where ${within(selection, stretch)}
  `.execute(selection.db)
  return rows
}

/** Retrievals by group, freshness and reason. */
export async function countFreshness(selection: Selection, stretch: Stretch) {
  const { rows } = await sql<{ group: string; freshness: string; degraded: string; retrievals: number }>`
    select ${groupOf(selection)} as "group", freshness, degraded, count(*) as retrievals
    from retrievals r where ${within(selection, stretch)} group by 1, freshness, degraded
  `.execute(selection.db)
  return rows
}

export interface ContentTally {
  readonly contentId: string
  shown: number
  used: number
  dismissed: number
}

/** What was done with each content. */
export async function tallyContent(selection: Selection, stretch: Stretch) {
  const { rows } = await sql<ContentTally>`
    select content_id as "contentId", count(*) as shown, ${countIf(sql`used = 1`)} as used,
      ${countIf(sql`dismissed = 1`)} as dismissed
    from (
      select retrieval_idx, content_id, ${has(...useTypes)} as used, ${has('dismissed')} as dismissed
      from events where ${ofRetrievalsWithin(stretch)} and content_id <> '' group by retrieval_idx, content_id
    ) pairs join retrievals r on r.idx = pairs.retrieval_idx
    where ${within(selection, stretch)} group by content_id
  `.execute(selection.db)
  return rows
}

export interface QueryTally {
  readonly digest: Uint8Array
  readonly retrievals: number
  readonly empty: number
  /** Retrievals after which something was used. */
  readonly used: number
  /** Index of the newest. */
  readonly last: number
}

/**
 * Queries after which nothing was used, most frequent first, then those to which there was no item, most often so
 * first: `limit` of each. One walk over the events serves both.
 */
export async function tallyQueries(selection: Selection, stretch: Stretch, limit: number) {
  const { rows } = await sql<QueryTally & { list: 'unused' | 'unanswered' }>`
    with queries as materialized (
      select query_digest as digest, count(*) as retrievals, ${countIf(sql`items = 0`)} as empty,
        count(used.retrieval_idx) as used, max(r.idx) as last
      from retrievals r left join (
        select distinct retrieval_idx from events where ${ofRetrievalsWithin(stretch)} and ${isOne(useTypes)}
      ) used on used.retrieval_idx = r.idx
      where ${within(selection, stretch)} and query_digest is not null group by query_digest
    )
    select * from (
      select 'unused' as list, queries.* from queries where used = 0 order by retrievals desc, last desc limit ${limit}
    ) unused
    union all select * from (
      select 'unanswered' as list, queries.* from queries where empty > 0 order by empty desc, last desc limit ${limit}
    ) unanswered
  `.execute(selection.db)
  return rows
}

/** The newest entry of each query that can still be read. */
export async function readableWordings(
  selection: Selection,
  stretch: Stretch,
  digests: readonly Uint8Array[],
) {
  const { rows } = await sql<{ digest: Uint8Array; last: number }>`
    select query_digest as digest, max(r.idx) as last
    from retrievals r join entries on entries.idx = r.idx join person_keys on person_keys.id = entries.key_id
    where ${within(selection, stretch)} and query_digest in (${sql.join(digests)}) and box is not null
    group by query_digest
  `.execute(selection.db)
  return rows
}

function groupOf({ column }: Selection): RawBuilder<string> {
  return column === undefined ? sql`''` : sql`r.${sql.ref(column)}`
}

function groupBy({ column }: Selection): RawBuilder<unknown> {
  // Without a column there is one group, and no row if nothing is in it.
  return column === undefined ? sql`having count(*) > 0` : sql`group by r.${sql.ref(column)}`
}

function within({ queueId, language }: Selection, { first, end }: Stretch): RawBuilder<boolean> {
  const conditions = [sql`r.idx >= ${first} and r.idx < ${end}`]
  if (queueId !== undefined) conditions.push(sql`r.queue_id = ${queueId}`)
  if (language !== undefined) conditions.push(sql`r.language = ${language}`)
  return sql.join(conditions, sql` and `)
}

function ofRetrievalsWithin({ first, end }: Stretch): RawBuilder<boolean> {
  return sql`retrieval_idx >= ${first} and retrieval_idx < ${end}`
}

function isOne(types: readonly string[]): RawBuilder<boolean> {
  return sql`type in (${sql.join(types.map((type) => sql.lit(type)))})`
}

/** 1 if one of the group's events is of one of these types. */
function has(...types: string[]): RawBuilder<number> {
  return sql`max(case when ${isOne(types)} then 1 else 0 end)`
}

/** Odd if the newest rating or outcome is a good one, even if not; -1 without one. */
const lastVerdict = sql`max(case
  when ${isOne(['rated_positive', 'resolved'])} then 2 * idx + 1
  when ${isOne(['rated_negative', 'unresolved'])} then 2 * idx else -1 end)`

function countIf(condition: RawBuilder<unknown>): RawBuilder<number> {
  return sql`count(case when ${condition} then 1 end)`
}
