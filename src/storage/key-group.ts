// How the entries of a person's key are found: by the key's group in the index, and there by the key itself.
import { type RawBuilder, sql } from 'kysely'

/**
 * Keys of which the index of entries holds the entries together, in the log's order. Of thousands of interactions that
 * are open at once each writes somewhere else; their keys, which are numbered as they are made, lie in a few groups. An
 * index by key would write nearly a page for each entry (docs/decisions/0011-an-index-by-groups-of-keys.md).
 */
const keysInGroup = 64

/** Of the key in `column`; word for word as in the index, or no database would use it. */
export function keyGroup(column: string): RawBuilder<number> {
  return sql<number>`(${sql.ref(column)} / ${sql.lit(keysInGroup)})`
}

export function keyGroupOf(key: number): number {
  return Math.floor(key / keysInGroup)
}
