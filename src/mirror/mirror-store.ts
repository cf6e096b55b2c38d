// The mirror on disk: one SQLite file, which several processes may have open.
import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { ContentState } from '../retrieval/content-item.ts'
import { explainMirrorFile, UnfitFile } from './explain-mirror-file.ts'
import type { Origin } from './origin.ts'

/** `cue` and the version of the tables' form: marks the file as a mirror. */
const applicationId = 0x637565_6d
const version = 1

/** Milliseconds to wait for another process that is writing. */
const busyMs = 5000

/** One article of an origin. */
export interface StoredArticle {
  readonly id: string
  /** Tells whether the origin has another version of it. */
  readonly stamp: string
  /** A `MirroredArticle` as JSON. */
  readonly record: string
}

/** A stored article with its place in the order of changes. */
export interface ChangedArticle extends StoredArticle {
  readonly origin: string
  readonly seq: number
}

/** What one transaction changes, all of one origin. */
export interface OriginChange {
  readonly origin: Origin
  /** New ones, and those whose record is another one. */
  readonly put?: readonly StoredArticle[]
  /** Ids of those that were seen as they are. */
  readonly seen?: readonly string[]
  readonly drop?: readonly string[]
}

export interface ArticleTally {
  readonly origin: string
  readonly state: ContentState
  readonly availability: string | null
  readonly count: number
}

export interface OpenOptions {
  /** Makes the file where it is not there. */
  readonly create: boolean
}

/** As a statement gives it: the queries name their columns after its members. */
type Row<T> = { [K in keyof T]: T[K] }

export class MirrorStore {
  readonly path: string
  readonly #database: DatabaseSync
  readonly #statements: Statements

  /** @throws CuecardError `mirror.unavailable`: what is wrong with the file, and what to do. */
  constructor(path: string, { create }: OpenOptions) {
    this.path = path
    let database: DatabaseSync | undefined
    try {
      if (!create && !existsSync(path))
        throw new UnfitFile('there is none yet; `cuecard mirror sync` makes it')
      // For this user alone; the files that SQLite makes beside it get the same rights.
      if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
      database = new DatabaseSync(path, { timeout: busyMs })
      prepare(database)
      this.#database = database
      this.#statements = statementsOf(database)
    } catch (error) {
      database?.close()
      throw explainMirrorFile(error, path)
    }
  }

  /** Runs `work` in one transaction. @throws CuecardError `mirror.unavailable`. */
  #write<T>(work: () => T): T {
    try {
      this.#database.exec('begin immediate')
      try {
        const result = work()
        this.#database.exec('commit')
        return result
      } catch (error) {
        this.#database.exec('rollback')
        throw error
      }
    } catch (error) {
      throw explainMirrorFile(error, this.path)
    }
  }

  /**
   * Changes articles of an origin and how far it is, together. An id that another origin has stays with that one.
   * Returns the ids that were not taken for that reason.
   */
  change({ origin, put = [], seen = [], drop = [] }: OriginChange): string[] {
    const { setOrigin, nextSeq, putArticle, markArticle, dropArticle } = this.#statements
    return this.#write(() => {
      const { name } = origin
      const mark = origin.round?.mark ?? origin.mark
      const refused: string[] = []
      for (const { id, stamp, record } of put) {
        const { seq } = nextSeq.get() as { seq: number }
        const { changes } = putArticle.run(id, name, mark, seq, stamp, record)
        if (changes === 0) refused.push(id)
      }
      for (const id of seen) markArticle.run(mark, id, name)
      let dropped = 0
      for (const id of drop) dropped += Number(dropArticle.run(id, name).changes)
      this.#countRemoved(dropped)
      setOrigin.run(name, JSON.stringify(origin))
      return refused
    })
  }

  /** Removes articles of an origin that do not bear its mark, `limit` at the most; returns how many were removed. */
  dropUnmarked({ name, mark }: Pick<Origin, 'name' | 'mark'>, limit: number): number {
    return this.#write(() => {
      const dropped = Number(this.#statements.dropUnmarked.run(name, mark, limit).changes)
      this.#countRemoved(dropped)
      return dropped
    })
  }

  /** After its articles. */
  dropOrigin(name: string): void {
    this.#write(() => this.#statements.dropOrigin.run(name))
  }

  origins(): Origin[] {
    const rows = this.#statements.origins.all() as { state: string }[]
    return rows.map(({ state }) => JSON.parse(state) as Origin)
  }

  /** The stored ones of these. */
  articles(ids: readonly string[]): Map<string, StoredArticle & { readonly origin: string }> {
    const rows = this.#statements.articles.all(JSON.stringify(ids)) as Row<ChangedArticle>[]
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** What was changed after `seq`, in the order of the changes, at most `limit`. */
  changedAfter(seq: number, limit: number): ChangedArticle[] {
    return this.#statements.changedAfter.all(seq, limit) as Row<ChangedArticle>[]
  }

  /** Ids in their order, those after `id`, at most `limit`. */
  idsAfter(id: string, limit: number): string[] {
    return (this.#statements.idsAfter.all(id, limit) as { id: string }[]).map((row) => row.id)
  }

  /** How many articles were removed since the file was made. */
  get removed(): number {
    return (this.#statements.removed.get() as { value: number }).value
  }

  /** How many articles there are by origin, publication state and availability window (as JSON, null: always). */
  tallies(): readonly ArticleTally[] {
    return this.#statements.tallies.all() as Row<ArticleTally>[]
  }

  /** On disk, in bytes. */
  get bytes(): number {
    return this.path === ':memory:' ? 0 : statSync(this.path).size
  }

  close(): void {
    this.#database.close()
  }

  #countRemoved(count: number): void {
    if (count > 0) this.#statements.addRemoved.run(count)
  }
}

/** Of a version that this one can read, made where it is not there. @throws CuecardError `mirror.unavailable`. */
function prepare(database: DatabaseSync): void {
  // Lost at a power cut may be the last pages of a sync, which the next one brings again; the file stays whole.
  database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000')
  const read = (name: string) => Number(Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0])
  const found = read('user_version')
  if (read('application_id') !== applicationId && (found !== 0 || read('schema_version') !== 0))
    throw new UnfitFile('it is a database of something else; name another file in CUECARD_MIRROR_PATH')
  if (found > version)
    throw new UnfitFile('a newer version of cuecard made it; update this one, or name another file')
  if (found === version) return
  database.exec(`
    begin immediate;
    create table if not exists origin (name text primary key, state text not null) strict;
    create table if not exists article (
      id text primary key, origin text not null, mark integer not null, seq integer not null,
      stamp text not null, record text not null
    ) strict;
    create unique index if not exists article_seq on article (seq);
    create index if not exists article_origin on article (origin, mark);
    create table if not exists counter (name text primary key, value integer not null) strict;
    insert or ignore into counter values ('seq', 0), ('removed', 0);
    pragma application_id = ${applicationId};
    pragma user_version = ${version};
    commit;
  `)
}

type Statements = Record<keyof typeof statements, StatementSync>

const statements = {
  origins: 'select state from origin order by name',
  setOrigin: 'insert or replace into origin values (?, ?)',
  dropOrigin: 'delete from origin where name = ?',
  nextSeq: "update counter set value = value + 1 where name = 'seq' returning value as seq",
  addRemoved: "update counter set value = value + ? where name = 'removed'",
  removed: "select value from counter where name = 'removed'",
  putArticle: `insert into article (id, origin, mark, seq, stamp, record) values (?, ?, ?, ?, ?, ?)
    on conflict (id) do update set
      mark = excluded.mark, seq = excluded.seq, stamp = excluded.stamp, record = excluded.record
      where origin = excluded.origin`,
  markArticle: 'update article set mark = ? where id = ? and origin = ?',
  dropArticle: 'delete from article where id = ? and origin = ?',
  dropUnmarked: `delete from article where id in
    (select id from article where origin = ? and mark <> ? limit ?)`,
  articles: 'select id, origin, seq, stamp, record from article where id in (select value from json_each(?))',
  changedAfter: 'select id, origin, seq, stamp, record from article where seq > ? order by seq limit ?',
  idsAfter: 'select id from article where id > ? order by id limit ?',
  tallies: `select origin, record ->> '$.article.state' as state, record -> '$.article.availability' as availability,
    count(*) as count from article group by 1, 2, 3 order by 1, 2`,
} as const

function statementsOf(database: DatabaseSync): Statements {
  return Object.fromEntries(
    Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)]),
  ) as Statements
}
