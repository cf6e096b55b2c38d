// API keys: who holds a key of the file, checked without telling by its time how much of a guess was right.
import { hash, timingSafeEqual } from 'node:crypto'
import { statSync } from 'node:fs'
import type { Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import type { Actor } from './actor.ts'
import { type ApiKey, apiKeyIdOf, readApiKeys } from './api-key-file.ts'

interface KnownKey {
  readonly digest: Buffer
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly actor: Actor
}

/** What an unknown id is compared with, so that it takes as long as a known one. No key has this digest. */
const noDigest = Buffer.alloc(32)

/** The file is looked at when a key is used, and then for so long not again. */
const lookAgainMs = 1000

/** The keys of one file. A file that changed is read anew; one that broke leaves the keys as they were. */
export class ApiKeys {
  readonly #file: string
  readonly #clock: Clock
  readonly #onProblem: (error: CuecardError) => void
  #keys: ReadonlyMap<string, KnownKey>
  #seen: string
  #lookAt: number

  /** @throws CuecardError `config.invalid` naming the file, the field and the line. */
  constructor(ports: { file: string; clock: Clock; onProblem: (error: CuecardError) => void }) {
    this.#file = ports.file
    this.#clock = ports.clock
    this.#onProblem = ports.onProblem
    // Looked at before it is read: a change in between is found the next time.
    this.#seen = versionOf(ports.file)
    this.#keys = toKnownKeys(readApiKeys(ports.file))
    this.#lookAt = ports.clock.now() + lookAgainMs
  }

  /** @throws CuecardError `access.unauthenticated`. */
  authenticate(text: string): Actor {
    this.#look()
    const id = apiKeyIdOf(text)
    if (id === undefined)
      throw refused(
        'This is no API key: one is ck_, its id, _ and 43 characters, as `cuecard keys create` makes it',
      )
    const known = this.#keys.get(id)
    const isRight = timingSafeEqual(hash('sha256', text, 'buffer'), known?.digest ?? noDigest)
    if (known === undefined || !isRight) throw refused('The API key is not known')
    if (this.#clock.wallTime() >= known.expiresAt) throw refused(`The API key ${id} has expired`)
    return known.actor
  }

  #look(): void {
    const now = this.#clock.now()
    if (now < this.#lookAt) return
    this.#lookAt = now + lookAgainMs
    const version = versionOf(this.#file)
    if (version === this.#seen) return
    this.#seen = version
    try {
      this.#keys = toKnownKeys(readApiKeys(this.#file))
    } catch (error) {
      if (!(error instanceof CuecardError)) throw error
      this.#onProblem(error)
    }
  }
}

function toKnownKeys(keys: readonly ApiKey[]): ReadonlyMap<string, KnownKey> {
  return new Map(
    keys.map(({ id, hash, roles, agentId, divisions = [], expiresAt }) => [
      id,
      {
        digest: Buffer.from(hash.slice('sha256:'.length), 'hex'),
        expiresAt: expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt),
        actor: { id, roles, agentId, divisions, via: 'api_key' },
      },
    ]),
  )
}

/** Equal as long as the file is the same: a new one has another inode, however coarse its times are. */
function versionOf(file: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(file)
    return `${ino}/${size}/${mtimeMs}`
  } catch {
    return 'unreadable'
  }
}

function refused(message: string): CuecardError {
  return new CuecardError('access.unauthenticated', message)
}
