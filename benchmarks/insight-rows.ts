// A store with a month of a contact centre in it, filled by SQL alone.
import { sql } from 'kysely'
import type { LedgerStore } from '../src/storage/ledger-store.ts'

/** The moment after the last entry. */
export const monthEnd = Date.UTC(2026, 2, 31)
export const monthMs = 30 * 24 * 3_600_000

/** Of each five entries two are retrievals and three are events about them. */
export async function fillMonth(
  { db, dialect }: Pick<LedgerStore, 'db' | 'dialect'>,
  entries: number,
): Promise<void> {
  const box = sql.raw(
    dialect === 'sqlite' ? 'randomblob(700)' : `decode(repeat(md5(cast(i as text)), 44), 'hex')`,
  )
  const digest = sql.raw(
    dialect === 'sqlite'
      ? `cast(printf('%08d', query) as blob)`
      : `convert_to(lpad(cast(query as text), 8, '0'), 'UTF8')`,
  )
  const bytes = sql.raw(dialect === 'sqlite' ? 'zeroblob(32)' : `decode(repeat('00', 32), 'hex')`)
  const numbers = (count: number) =>
    sql`with recursive n(i) as (select cast(0 as bigint) union all select i + 1 from n where i + 1 < ${sql.lit(count)})`
  await sql`insert into entries (idx, at, kind, key_id, commitment, box) ${numbers(entries)}
    select i, ${sql.lit(monthEnd - monthMs)} + i * ${sql.lit(monthMs / entries)}, case when i % 5 < 2 then 0 else 1 end, i / 20, ${bytes}, ${box} from n`.execute(
    db,
  )
  // Products with primes, which no period of another column meets, and squares, which make the first ones frequent.
  await sql`insert into retrievals (idx, retrieval_id, queue_id, language, freshness, degraded, latency_us, items, profile, query_digest)
    ${numbers((entries * 2) / 5)}, r as (select i,
      (i * 7919 % 10007) * (i * 104729 % 10009) % 40 as queue,
      (i * 7907 % 9973) * (i * 6007 % 9967) * 30000 / (9973 * 9967) as query,
      i * 6091 % 9949 as luck from n)
    select i / 2 * 5 + i % 2, 'retrieval-' || i, (10 + queue) || 'b5a1c9d0-2f0e-4f5e-9d1c-0000000000',
      case when luck % 10 < 7 then 'en-US' when luck % 10 < 9 then 'es-ES' else 'de-DE' end,
      case when luck < 9000 then 'fresh' when luck < 9600 then 'stale' when luck < 9900 then 'mirror' else 'none' end,
      case when luck < 9800 then '' when luck < 9900 then 'deadline.exceeded' else 'genesys.unavailable' end,
      400 + luck * luck / 500, case when luck % 50 = 0 then 0 else 5 end, 'context',
      case when luck % 9 = 0 then null else ${digest} end from r`.execute(db)
  await sql`insert into events (idx, retrieval_idx, type, content_id, queue_id, language)
    ${numbers((entries * 3) / 5)}, e as (select i,
      (i / 3 * 7919 % 10007) * (i / 3 * 104729 % 10009) % 2003 * ((i + 2) / 3 * 6007 % 1999) / 1999 as content, i * 6091 % 9949 as luck from n)
    select i / 3 * 5 + 2 + i % 3, i / 3 * 5 + luck % 2,
      case when i % 3 < 2 then 'shown' when luck < 5000 then 'opened' when luck < 6000 then 'copied' when luck < 6500 then 'inserted'
        when luck < 7500 then 'dismissed' when luck < 8000 then 'rated_positive' when luck < 8200 then 'rated_negative'
        when luck < 9400 then 'resolved' else 'unresolved' end,
      case when i % 3 = 2 and luck >= 8200 then '' else (1000 + content) || 'c0ffee00-1d2c-4b3a-8e9f-00000000' end,
      '', '' from e`.execute(db)
}
