// Signed text in the C2SP signed-note form, with Ed25519 keys.
import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import { wrong } from './wrong.ts'

/** The key that checks a log's signatures. */
export interface VerifierKey {
  /** The key's name: the log's origin. */
  readonly name: string
  /** First 4 bytes of SHA-256(name, 0x0A, 0x01, public key), in hex. */
  readonly id: string
  readonly key: KeyObject
  /** `name+id+base64(0x01, public key)`. */
  readonly text: string
}

const ed25519 = 1
const keyBytes = 32
const idBytes = 4
const signatureBytes = 64

/** A name without spaces, control characters and plus. */
const namePattern = /^[^\s+\p{Cc}]+$/u

/** The verifier key of an Ed25519 public key. @throws CuecardError `data.invalid`. */
export function verifierKeyOf(name: string, publicKey: KeyObject): VerifierKey {
  if (!namePattern.test(name) || !name.isWellFormed())
    throw wrong('the name of a key must not be empty or hold spaces, control characters or "+"')
  if (publicKey.asymmetricKeyType !== 'ed25519' || publicKey.type !== 'public')
    throw wrong('the key must be an Ed25519 public key')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const typed = Buffer.concat([Uint8Array.of(ed25519), raw])
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed])).slice(0, 2 * idBytes)
  return { name, id, key: publicKey, text: `${name}+${id}+${typed.toString('base64')}` }
}

/** Such as `example.com/log+7fc2e1ab+AX...=`. @throws CuecardError `data.invalid`. */
export function formatVerifierKey(name: string, publicKey: KeyObject): string {
  return verifierKeyOf(name, publicKey).text
}

/** Reads a verifier key. @throws CuecardError `data.invalid`. */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = '', base64 = ''] = /^([^+]+)\+[0-9a-f]{8}\+(.+)$/su.exec(text) ?? []
  const typed = fromBase64(base64)
  if (typed?.length !== 1 + keyBytes || typed[0] !== ed25519)
    throw wrong('a verifier key has the form name+hash+key, the key being Ed25519 in base64')
  const x = typed.subarray(1).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  const parsed = verifierKeyOf(name, key)
  if (parsed.text !== text)
    throw wrong('the hash within the verifier key does not belong to its name and key')
  return parsed
}

/** `text` ends with a line end. @throws CuecardError `data.invalid`. */
export function signNote(text: string, name: string, privateKey: KeyObject): string {
  const { id } = verifierKeyOf(name, createPublicKey(privateKey))
  const signature = Buffer.concat([Buffer.from(id, 'hex'), sign(null, Buffer.from(text), privateKey)])
  return `${text}\n— ${name} ${signature.toString('base64')}\n`
}

/**
 * The text of a note, its signature checked. Signatures of other keys are passed over.
 * @throws CuecardError `data.invalid`: not the form of a note, no signature of this key, or a wrong one.
 */
export function openNote(note: string, key: VerifierKey): string {
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  const lines = note.slice(end + 2).split('\n')
  if (end < 1 || lines.pop() !== '' || lines.length === 0 || hasControls(note))
    throw wrong('it is no signed note')
  const signatures = lines.map(parseSignature).filter(({ name, id }) => name === key.name && id === key.id)
  if (signatures.length === 0) throw wrong(`it has no signature of the key ${key.name}+${key.id}`)
  const bytes = Buffer.from(text)
  for (const { signature } of signatures)
    if (signature.length !== signatureBytes || !verify(null, bytes, key.key, signature))
      throw wrong(`its signature by the key ${key.name}+${key.id} is wrong`)
  return text
}

function parseSignature(line: string): { name: string; id: string; signature: Buffer } {
  const [, name = '', base64 = ''] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? []
  const bytes = fromBase64(base64)
  if (bytes === undefined || bytes.length <= idBytes) throw wrong('it has a malformed signature line')
  return { name, id: bytes.toString('hex', 0, idBytes), signature: bytes.subarray(idBytes) }
}

/** Standard base64 in its one canonical spelling. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

function hasControls(note: string): boolean {
  for (let index = 0; index < note.length; index++) {
    const code = note.charCodeAt(index)
    if (code < 0x20 && code !== 0x0a) return true
  }
  return !note.isWellFormed()
}
