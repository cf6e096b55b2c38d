// What an export must be, line by line: the state of a verification.
import { hash } from 'node:crypto'
import { parseCanonical } from './canonical-json.ts'
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts'
import { ScoreCheck } from './entry-score.ts'
import { type LogLine, sealText } from './export-lines.ts'
import { type KeptCheckpoint, KeptCheckpoints, type Suspects } from './kept-checkpoints.ts'
import { Frontier, hashBytes, leafHash, subtreesBetween } from './merkle-tree.ts'
import {
  parseEndLine,
  parseEntryLine,
  parseLogLine,
  parseNoteLine,
  type ReadEntry,
} from './parse-export-lines.ts'
import { openNote, parseVerifierKey, type VerifierKey } from './signed-note.ts'
import type { Verdict } from './verdict.ts'
import { named, wrong } from './wrong.ts'

/** What of the export is awaited next. */
type Step = 'log' | 'entries' | 'head' | 'seal' | 'nothing'

const maxWarnings = 100
const noLog: LogLine = { origin: '', publicKey: '', size: 0, first: 0, end: 0, before: [] }

/** Takes the lines of an export in order. Each method throws CuecardError `data.invalid` at the first thing that is wrong. */
export class ExportCheck {
  readonly #kept: KeptCheckpoints
  readonly #isKeyTrusted: boolean
  #key: VerifierKey | undefined
  #log = noLog
  #step: Step = 'log'
  #line = 0
  readonly #tree = new Frontier()
  #rootHash: string | undefined
  /** Entries before this one are proven by a checkpoint of the export. */
  #proven = 0
  #suspects: Suspects | undefined
  #readable = 0
  #erased = 0
  #checkpoints = 0
  readonly #scores = new ScoreCheck()
  #scoreMismatches = 0
  readonly #warnings: Verdict['warnings'][number][] = []

  constructor(key: VerifierKey | undefined, kept: readonly KeptCheckpoint[]) {
    this.#key = key
    this.#isKeyTrusted = key !== undefined
    this.#kept = new KeptCheckpoints(kept)
  }

  get progress(): { done: number; total: number } {
    return { done: this.#readable + this.#erased, total: this.#log.end - this.#log.first }
  }

  /** `digest`: with the very last line, SHA-256 over every byte before it. */
  take(text: string, digest: string | undefined): void {
    this.#begin()
    if (text.endsWith('\r')) throw wrong('it ends with CR LF; the lines of an export end with LF alone')
    if (this.#step === 'log') this.#takeLog(text)
    else if (this.#step === 'entries') this.#takePart(text)
    else if (this.#step === 'head') this.#takeHead(text)
    else if (this.#step === 'seal') this.#takeSeal(text, digest)
    else throw wrong('there is more after the seal')
  }

  /** The next line cannot even be read. */
  refuse(problem: string): void {
    this.#begin()
    throw wrong(problem)
  }

  /** No line follows. */
  finish(): void {
    if (this.#step !== 'nothing') this.refuse('the export is cut off here')
  }

  verdict(failure: string | undefined): Verdict {
    const log = this.#log === noLog ? undefined : this.#log
    return {
      verified: failure === undefined,
      isKeyTrusted: this.#isKeyTrusted,
      publicKey: this.#key?.text ?? null,
      origin: log?.origin ?? null,
      size: log?.size ?? null,
      rootHash: this.#rootHash ?? null,
      first: log?.first ?? null,
      end: log?.end ?? null,
      entries: this.#readable + this.#erased,
      readable: this.#readable,
      erased: this.#erased,
      checkpoints: this.#checkpoints,
      keptCheckpoints: this.#kept.matched,
      scoreMismatches: this.#scoreMismatches,
      warnings: this.#warnings,
      failure:
        failure === undefined
          ? null
          : {
              line: this.#line,
              firstBadEntry: this.#suspects?.first ?? null,
              lastBadEntry: this.#suspects?.last ?? null,
              message: failure,
            },
    }
  }

  /** A new line: what is wrong with it is about the entry that is awaited. */
  #begin(): void {
    this.#line++
    const next = this.#tree.size
    this.#suspects =
      this.#step === 'entries' && next < this.#log.end ? { first: next, last: next } : undefined
  }

  #takeLog(text: string): void {
    if (text.startsWith('\uFEFF')) throw wrong('it begins with a byte order mark')
    const log = parseLogLine(text)
    const key = named('publicKey', () => parseVerifierKey(log.publicKey))
    if (this.#key !== undefined && this.#key.text !== key.text)
      throw wrong(`the export is of another key, ${key.text}`)
    if (log.origin !== key.name) throw wrong('origin: must be the name of the key')
    this.#key = key
    this.#log = log
    this.#kept.open(log, key)
    this.#kept.compare(this.#tree, this.#line)
    this.#addSubtrees('before', 0, log.first, log.before)
    this.#proven = log.first
    this.#step = 'entries'
  }

  #takePart(text: string): void {
    if (text.startsWith('{"note":')) this.#takeCheckpoint(text)
    else if (text.startsWith('{"after":')) this.#takeEnd(text)
    else this.#takeEntry(text)
  }

  #takeEntry(text: string): void {
    const entry = parseEntryLine(text)
    const next = this.#tree.size
    if (next === this.#log.end)
      throw wrong(`the part exported ends before entry ${next}, and here is one more`)
    if (entry.index !== next)
      throw wrong(
        `entry ${entry.index} stands where entry ${next} should: dropped, inserted, repeated or moved`,
      )
    checkBody(entry)
    leaf.write(entry.commitment, 'hex')
    this.#tree.appendLeaf(leafHash(leaf))
    this.#kept.compare(this.#tree, this.#line)
    if (entry.body === null) this.#erased++
    else {
      this.#readable++
      this.#checkScores(next, entry.body)
    }
  }

  #checkScores(entry: number, body: string): void {
    const message = this.#scores.mismatchIn(body)
    if (message === undefined) return
    this.#scoreMismatches++
    if (this.#warnings.length < maxWarnings) this.#warnings.push({ entry, line: this.#line, message })
  }

  #takeCheckpoint(text: string): void {
    const size = this.#tree.size
    const isInPlace = size > this.#proven && size < this.#log.size
    const checkpoint = this.#checkpointOf(text)
    if (!isInPlace || checkpoint.size !== size)
      throw wrong(`a checkpoint of size ${checkpoint.size} does not belong here, after entry ${size - 1}`)
    this.#compareRoot(checkpoint)
  }

  #takeEnd(text: string): void {
    const { after } = parseEndLine(text)
    const { end, size } = this.#log
    const next = this.#tree.size
    if (next !== end) {
      this.#suspects = { first: next, last: end - 1 }
      throw wrong(`the part exported goes to entry ${end - 1}, and ends here before entry ${next}`)
    }
    this.#addSubtrees('after', end, size, after)
    this.#step = 'head'
  }

  #takeHead(text: string): void {
    const checkpoint = this.#checkpointOf(text)
    if (checkpoint.size !== this.#log.size)
      throw wrong(
        `the checkpoint is of size ${checkpoint.size}, and the export of a log of size ${this.#log.size}`,
      )
    this.#compareRoot(checkpoint)
    this.#rootHash = Buffer.from(checkpoint.root).toString('hex')
    this.#step = 'seal'
  }

  #takeSeal(text: string, digest: string | undefined): void {
    const note = parseNoteLine(text, 'seal')
    if (digest === undefined) throw wrong('there is more after the seal')
    const signed = openNote(note, this.#trusted())
    // One signature, so that no byte of the seal itself is without meaning.
    if (note.split('\n').length !== 5) throw wrong('the seal must have two lines of text and one signature')
    if (signed !== sealText(digest))
      throw wrong(
        'something before the seal was changed that the tree cannot tell: a text or a checkpoint left out, or a note added to',
      )
    this.#step = 'nothing'
  }

  #checkpointOf(text: string): Checkpoint {
    const note = parseNoteLine(text, 'checkpoint')
    return named('checkpoint', () => verifyCheckpoint(note, this.#trusted()))
  }

  #trusted(): VerifierKey {
    if (this.#key === undefined) throw wrong('there is no key')
    return this.#key
  }

  /** The entries since the last checkpoint are what the log signed, or some of them are not. */
  #compareRoot({ size, root }: Checkpoint): void {
    const { first, end } = this.#log
    if (!this.#tree.root().equals(root)) {
      const from = Math.max(this.#proven, first)
      const to = Math.min(size, end) - 1
      this.#suspects = from <= to ? { first: from, last: to } : undefined
      throw wrong(`the hashes up to here do not give the root that the log signed at size ${size}`)
    }
    this.#checkpoints++
    this.#proven = size
    const { fork } = this.#kept
    if (fork === undefined) return
    this.#suspects = fork.suspects
    this.#line = fork.line
    throw wrong(fork.message)
  }

  #addSubtrees(field: 'before' | 'after', first: number, end: number, hashes: readonly string[]): void {
    const subtrees = subtreesBetween(first, end)
    if (subtrees.length !== hashes.length)
      throw wrong(`${field}: must have ${subtrees.length} hashes for the entries from ${first} to ${end}`)
    for (const [index, { leaves }] of subtrees.entries()) {
      this.#tree.appendSubtree(Buffer.from(hashes[index] ?? '', 'hex'), leaves)
      this.#kept.compare(this.#tree, this.#line)
    }
  }
}

const leaf = Buffer.alloc(hashBytes)

/** Salt and body must be what the commitment was made of, and the body an object in canonical form. */
function checkBody({ body, salt, commitment, isCanonical }: ReadEntry): void {
  if (body === null) return
  const input = Buffer.allocUnsafe(hashBytes + Buffer.byteLength(body))
  input.write(salt ?? '', 'hex')
  input.write(body, hashBytes)
  if (hash('sha256', input, 'hex') !== commitment)
    throw wrong('salt and body are not what the commitment was made of')
  if (!isCanonical) named('body', () => parseCanonical(body))
  if (!body.startsWith('{')) throw wrong('body: must be the text of an object')
}
