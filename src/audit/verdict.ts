// What the verification of an export found.

/** What was found in an export. */
export interface Verdict {
  readonly verified: boolean
  /** Whether the caller gave the key. If not, only that the export agrees with itself is shown: anyone can make such a one. */
  readonly isKeyTrusted: boolean
  /** The key with which signatures were checked; null when the first line could not be read. */
  readonly publicKey: string | null
  readonly origin: string | null
  /** Entries of the log when it was exported; `rootHash` in hex. Signed by the key if `verified`. */
  readonly size: number | null
  readonly rootHash: string | null
  /** The part exported: `first` inclusive, `end` exclusive. */
  readonly first: number | null
  readonly end: number | null
  /** Entries checked; each is either readable or erased. */
  readonly entries: number
  readonly readable: number
  /** Without text: erased, or past their retention. */
  readonly erased: number
  /** Checkpoints in the export whose signature and root hold. */
  readonly checkpoints: number
  /** Kept checkpoints that the log is a continuation of. */
  readonly keptCheckpoints: number
  /** Entries with a score that does not follow from its explanation. The log says so itself: it was not altered. */
  readonly scoreMismatches: number
  /** The first 100 of these. */
  readonly warnings: readonly { readonly entry: number; readonly line: number; readonly message: string }[]
  /** Null if `verified`. */
  readonly failure: VerifyFailure | null
}

/** The first thing that is wrong. */
export interface VerifyFailure {
  /** Counted from 1. */
  readonly line: number
  /** The first bad entry lies between these two, both inclusive; null when it is not about an entry of the part. */
  readonly firstBadEntry: number | null
  readonly lastBadEntry: number | null
  /** One sentence. */
  readonly message: string
}
