// Signs the log's checkpoints with the key that was made with the log.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { formatVerifierKey, signCheckpoint } from '../audit/checkpoint.ts'
import { sealLine, sealText } from '../audit/export-lines.ts'
import { signNote } from '../audit/signed-note.ts'
import type { HeadTable } from '../storage/tables.ts'
import type { AuditKey } from './audit-key.ts'

export class LogSigner {
  readonly origin: string
  /** C2SP signed-note form: `origin+hash+base64`. */
  readonly verifierKey: string
  readonly #key: KeyObject

  /** @throws CuecardError `record.incompatible` when the audit key is not the one of this log. */
  constructor(head: Pick<HeadTable, 'origin' | 'signing_key'>, auditKey: AuditKey) {
    this.origin = head.origin
    this.#key = createPrivateKey({ key: auditKey.unwrap(head.signing_key), format: 'der', type: 'pkcs8' })
    this.verifierKey = formatVerifierKey(head.origin, createPublicKey(this.#key))
  }

  /** A checkpoint (C2SP tlog-checkpoint) of a tree of `size` leaves. */
  sign(size: number, root: Uint8Array): string {
    return signCheckpoint({ origin: this.origin, size, root }, this.#key)
  }

  /** The last line of an export; `digest`: SHA-256 over every byte before it, in hex. */
  seal(digest: string): string {
    return sealLine(signNote(sealText(digest), this.origin, this.#key))
  }
}

/** The head of a log that begins now. */
export function newHead(origin: string, auditKey: AuditKey, createdAt: number): HeadTable {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    id: 1,
    origin,
    public_key: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
    signing_key: auditKey.wrap(privateKey.export({ format: 'der', type: 'pkcs8' })),
    size: 0,
    next_key: 1,
    key_epoch: 0,
    created_at: createdAt,
    configuration: '',
  }
}
