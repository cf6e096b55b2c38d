// Checkpoints of a log that somebody kept: an export must be a continuation of each.
import { verifyCheckpoint } from './checkpoint.ts'
import type { LogLine } from './export-lines.ts'
import type { Frontier } from './merkle-tree.ts'
import type { VerifierKey } from './signed-note.ts'
import { named, wrong } from './wrong.ts'

/** `note`: the signed checkpoint; `size`: of which size it says it is. */
export interface KeptCheckpoint {
  readonly note: string
  readonly size: number
}

/** Entries among which the first bad one is, both inclusive. */
export interface Suspects {
  readonly first: number
  readonly last: number
}

interface Fork {
  readonly message: string
  /** Undefined: not among the entries of the part exported. */
  readonly suspects: Suspects | undefined
  readonly line: number
}

export class KeptCheckpoints {
  /** By size, those that are not compared yet. */
  readonly #waiting: KeptCheckpoint[]
  #roots = new Map<KeptCheckpoint, Uint8Array>()
  #part = { first: 0, end: 0 }
  #matched = 0
  #lastMatch = 0
  #fork: Fork | undefined

  constructor(kept: readonly KeptCheckpoint[]) {
    this.#waiting = kept.toSorted((a, b) => a.size - b.size)
  }

  /** How many have the root that the export has at their size. */
  get matched(): number {
    return this.#matched
  }

  /** The first that has another one. It is a fork only if the log signed what is in the export. */
  get fork(): Fork | undefined {
    return this.#fork
  }

  /** @throws CuecardError `data.invalid`: one is not of this log, or of a later state of it. */
  open({ first, end, size: logSize }: LogLine, key: VerifierKey): void {
    this.#part = { first, end }
    for (const kept of this.#waiting) {
      const name = `the kept checkpoint of size ${kept.size}`
      this.#roots.set(kept, named(name, () => verifyCheckpoint(kept.note, key)).root)
      if (kept.size > logSize)
        throw wrong(`${name} is of a later state of the log than this export, which is of size ${logSize}`)
    }
  }

  /**
   * To be called whenever the tree has grown, on line `line`.
   * @throws CuecardError `data.invalid`: the tree went past the size of one, so that nobody can tell.
   */
  compare(tree: Frontier, line: number): void {
    for (let kept = this.#waiting[0]; kept !== undefined && kept.size <= tree.size; kept = this.#waiting[0]) {
      this.#waiting.shift()
      const { size } = kept
      if (size < tree.size)
        throw wrong(
          `the kept checkpoint of size ${size} cannot be compared with entries ${this.#part.first} to ${this.#part.end - 1}; export a part that reaches to entry ${size}`,
        )
      if (tree.root().equals(this.#roots.get(kept) ?? new Uint8Array())) {
        this.#matched++
        this.#lastMatch = size
      } else this.#fork ??= this.#forkAt(size, line)
    }
  }

  #forkAt(size: number, line: number): Fork {
    const first = Math.max(this.#lastMatch, this.#part.first)
    const last = Math.min(size, this.#part.end) - 1
    return {
      message: `the log was forked: at size ${size} it has another root than the kept checkpoint, and both are signed`,
      suspects: first <= last ? { first, last } : undefined,
      line,
    }
  }
}
