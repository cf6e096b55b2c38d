// The key under which all others lie: 32 bytes in a file of its own.
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { CuecardError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'

/** Of a nonce, which is random. */
export const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM with a random nonce: nonce, ciphertext, tag. */
export function seal(key: KeyObject, nonce: Uint8Array, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const box = Buffer.allocUnsafe(nonceBytes + plain.length + tagBytes)
  box.set(nonce)
  box.set(cipher.update(plain), nonceBytes)
  cipher.final()
  box.set(cipher.getAuthTag(), nonceBytes + plain.length)
  return box
}

/** @throws Error when the box was changed, or sealed under another key. */
export function unseal(key: KeyObject, box: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, nonceBytes))
  decipher.setAuthTag(box.subarray(box.length - tagBytes))
  const plain = decipher.update(box.subarray(nonceBytes, box.length - tagBytes))
  decipher.final()
  return plain
}

/** Wraps the keys of persons and the log's signing key, and makes keyed digests. */
export class AuditKey {
  readonly #wrapping: KeyObject
  readonly #digests: Buffer

  /** `secret`: 32 bytes. */
  constructor(secret: Uint8Array) {
    const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', `cuecard ${purpose}`, 32))
    this.#wrapping = createSecretKey(derive('key wrapping'))
    this.#digests = derive('digests')
  }

  /** `nonce`: 12 random bytes. */
  wrap(plain: Uint8Array, nonce: Uint8Array = randomBytes(nonceBytes)): Buffer {
    return seal(this.#wrapping, nonce, plain)
  }

  /** @throws CuecardError `record.incompatible`. */
  unwrap(box: Uint8Array): Buffer {
    try {
      return unseal(this.#wrapping, box)
    } catch {
      throw new CuecardError(
        'record.incompatible',
        'The audit key is another one than this log was made with; put the right file where CUECARD_AUDIT_KEY_FILE points',
      )
    }
  }

  /** 32 bytes that tell equal texts without telling the text. */
  digest(text: string): Buffer {
    const keyed = Buffer.concat([this.#digests, Buffer.from(text)])
    return Buffer.from(hash('sha256', keyed, 'binary'), 'binary')
  }
}

/**
 * Reads the 32 bytes of a key file: base64 or hex, one line.
 * @throws CuecardError `config.invalid`.
 */
export function readAuditKey(file: string): Buffer {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw keyError(
      `The audit key ${file} cannot be read: ${explainFileError(error)}; name the right file in CUECARD_AUDIT_KEY_FILE`,
    )
  }
  const secret = /^[0-9a-f]{64}$/i.test(text)
    ? Buffer.from(text, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(text)
      ? Buffer.from(text, 'base64')
      : undefined
  if (secret?.length === 32) return secret
  throw keyError(
    `The audit key ${file} must hold 32 random bytes in base64 or hex; make one with: openssl rand -base64 32`,
  )
}

/** Reads the key file, made with a new random key if it is not there. @throws CuecardError `config.invalid`. */
export function readOrMakeAuditKey(file: string): Buffer {
  try {
    if (!existsSync(file)) makeKeyFile(file)
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw keyError(
        `The audit key ${file} cannot be made: ${explainFileError(error, 'written')}; name a file that can in CUECARD_AUDIT_KEY_FILE`,
      )
  }
  return readAuditKey(file)
}

/** Whole from the moment it is there, as another process may start now, and on disk before anything is sealed under it. */
function makeKeyFile(file: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600, flush: true })
    linkSync(draft, file)
  } finally {
    rmSync(draft, { force: true })
  }
}

function keyError(message: string): CuecardError {
  return new CuecardError('config.invalid', message, { field: 'auditLog.keyFile' })
}

/** Where the key of a SQLite database lies unless it is said. */
export function auditKeyFileOf(file: string): string {
  return `${file}.key`
}
