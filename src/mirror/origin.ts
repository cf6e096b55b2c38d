// What the mirror copies from, and how far each copy is.

/** `genesys:<id of the base>`, `file:<path>` or `folder:<path>`. */
export type OriginName = `genesys:${string}` | `file:${string}` | `folder:${string}`

/** `full`: every article with its text. `sweep`: every article without it, to see what is gone. `changes`: what was edited. */
export type RoundKind = 'full' | 'sweep' | 'changes'

/** One walk through a knowledge base. It is kept with each page, so that another process can go on with it. */
export interface Round {
  readonly kind: RoundKind
  /** Put on each article seen: what lacks it at the end of a full round or a sweep is gone. */
  readonly mark: number
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** What `changes` asks for, as Genesys takes it. */
  readonly interval: string | null
  /** Where the next page begins; null: at the beginning. */
  readonly cursor: string | null
  /** Documents seen so far. */
  readonly done: number
  /** Documents that could not be read. */
  readonly skipped: number
}

/** Times are in milliseconds since the epoch; null: never. */
export interface Origin {
  readonly name: OriginName
  /** For people: the name of the base, or the path. */
  readonly title: string
  /** BCP 47, of all its articles, where that is known. */
  readonly language: string | null
  /** When the copy was last in step with the origin: its last round that ended began then. */
  readonly inStepAt: number | null
  readonly fullAt: number | null
  readonly sweepAt: number | null
  readonly changesAt: number | null
  readonly round: Round | null
  /** Documents that the last full round or sweep could not read, and left out. */
  readonly skipped: number
  /** What keeps it from being in step; null: nothing. */
  readonly problem: string | null
  /** Files: what tells whether they were changed. */
  readonly stamp: string | null
  /** The last mark that was used. */
  readonly mark: number
}

export function newOrigin(name: OriginName, title: string, language: string | null): Origin {
  return {
    name,
    title,
    language,
    inStepAt: null,
    fullAt: null,
    sweepAt: null,
    changesAt: null,
    round: null,
    skipped: 0,
    problem: null,
    stamp: null,
    mark: 0,
  }
}

export function isGenesys(name: string): boolean {
  return name.startsWith('genesys:')
}
