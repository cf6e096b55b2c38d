// Checks an entry of the audit log in the browser, with nothing but WebCrypto: its content against its commitment, the
// commitment against the tree (RFC 6962, 2.1.1), the tree against the signed checkpoint (C2SP tlog-checkpoint).
import { canonicalJson } from '../../src/audit/canonical-json.ts'

/** The members of `GET /v1/audit/entries/{index}` that are checked. */
export interface CheckedEntry {
  readonly index: number
  /** Hex of 32 bytes. */
  readonly commitment: string
  /** Hex of 32 bytes; null: erased, or past its retention. */
  readonly salt: string | null
  readonly body: object | null
}

/** The reply of `GET /v1/audit/proofs/inclusion/{index}`. Hashes in hex. */
export interface InclusionProof {
  readonly index: number
  readonly size: number
  readonly leafHash: string
  readonly hashes: readonly string[]
  readonly checkpoint: string
}

/** `unreadable`: the content was erased, so there is nothing to compare. `unable`: this browser lacks Ed25519. */
export type Finding = 'holds' | 'fails' | 'unreadable' | 'unable'

export interface Verdict {
  /** The content is the one that was committed to. */
  readonly content: Finding
  /** The commitment is at this place of the tree that the checkpoint names. */
  readonly inclusion: Finding
  /** The checkpoint is signed by the key, and of its log. */
  readonly signature: Finding
  /** Entries of the checkpoint's tree; null where the note is malformed. */
  readonly size: number | null
}

interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Bytes
}

interface Signature {
  readonly name: string
  readonly id: string
  readonly signature: Bytes
}

interface Note {
  readonly text: string
  readonly signatures: readonly Signature[]
}

type Bytes = Uint8Array<ArrayBuffer>

const hashBytes = 32
const ed25519 = 1

/** Never rejects: what cannot be read fails. `verifierKey` in the form `name+id+base64`. */
export async function verifyEntry(
  entry: CheckedEntry,
  proof: InclusionProof,
  verifierKey: string,
): Promise<Verdict> {
  const note = readNote(proof.checkpoint)
  const checkpoint = note && readCheckpoint(note.text)
  return {
    content: await contentHolds(entry),
    inclusion: checkpoint && (await isIncluded(entry, proof, checkpoint)) ? 'holds' : 'fails',
    signature: note && checkpoint ? await isSigned(note, checkpoint, verifierKey) : 'fails',
    size: checkpoint?.size ?? null,
  }
}

async function contentHolds({ salt, body, commitment }: CheckedEntry): Promise<Finding> {
  if (salt === null && body === null) return 'unreadable'
  const saltBytes = salt === null ? undefined : fromHex(salt)
  const text = body === null ? undefined : canonical(body)
  if (saltBytes?.length !== hashBytes || text === undefined) return 'fails'
  return toHex(await sha256(saltBytes, utf8(text))) === commitment ? 'holds' : 'fails'
}

async function isIncluded(
  entry: CheckedEntry,
  proof: InclusionProof,
  { size, root }: Checkpoint,
): Promise<boolean> {
  const commitment = fromHex(entry.commitment)
  const siblings = proof.hashes.map(fromHex).filter((hash) => hash !== undefined)
  if (commitment?.length !== hashBytes || siblings.length !== proof.hashes.length) return false
  if (siblings.some(({ length }) => length !== hashBytes)) return false
  if (proof.index !== entry.index || proof.size !== size) return false
  const leaf = await leafHash(commitment)
  if (toHex(leaf) !== proof.leafHash) return false
  const found = await rootFrom(entry.index, size, leaf, siblings)
  return found !== undefined && toHex(found) === toHex(root)
}

/** RFC 9162, 2.1.3.2; undefined where the path does not fit the place. */
async function rootFrom(
  index: number,
  size: number,
  leaf: Bytes,
  siblings: readonly Bytes[],
): Promise<Bytes | undefined> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return undefined
  let [at, last, hash] = [index, size - 1, leaf]
  for (const sibling of siblings) {
    if (last === 0) return undefined
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(sibling, hash)
      // Sizes go beyond 32 bits, so no bit operations.
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else hash = await nodeHash(hash, sibling)
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? hash : undefined
}

async function isSigned(note: Note, { origin }: Checkpoint, verifierKey: string): Promise<Finding> {
  const key = await readVerifierKey(verifierKey)
  if (key === undefined || key.name !== origin) return 'fails'
  const own = note.signatures.filter(({ name, id }) => name === key.name && id === key.id)
  if (own.length === 0) return 'fails'
  const imported = await crypto.subtle
    .importKey('raw', key.raw, 'Ed25519', false, ['verify'])
    .catch(() => undefined)
  if (imported === undefined) return 'unable'
  for (const { signature } of own)
    if (!(await crypto.subtle.verify('Ed25519', imported, signature, utf8(note.text)))) return 'fails'
  return 'holds'
}

/** Undefined where it is malformed, or its id is not that of its name and key. */
async function readVerifierKey(text: string): Promise<{ name: string; id: string; raw: Bytes } | undefined> {
  const [, name = '', id = '', base64 = ''] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/su.exec(text.trim()) ?? []
  const typed = fromBase64(base64)
  if (typed?.length !== 1 + hashBytes || typed[0] !== ed25519) return undefined
  const expected = toHex(await sha256(utf8(`${name}\n`), typed)).slice(0, 8)
  return expected === id ? { name, id, raw: typed.slice(1) } : undefined
}

/** C2SP signed-note: text, an empty line, signature lines. */
function readNote(note: string): Note | undefined {
  const end = note.lastIndexOf('\n\n')
  const lines = note.slice(end + 2).split('\n')
  if (end < 1 || lines.pop() !== '' || lines.length === 0 || !note.isWellFormed()) return undefined
  if (/[^\P{Cc}\n]/u.test(note)) return undefined
  const signatures = lines.map(readSignature).filter((signature) => signature !== undefined)
  return signatures.length === lines.length ? { text: note.slice(0, end + 1), signatures } : undefined
}

function readSignature(line: string): Signature | undefined {
  const [, name = '', base64 = ''] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? []
  const bytes = fromBase64(base64)
  if (bytes === undefined || bytes.length <= 4) return undefined
  return { name, id: toHex(bytes.slice(0, 4)), signature: bytes.slice(4) }
}

function readCheckpoint(text: string): Checkpoint | undefined {
  const [origin = '', size = '', base64 = '', ...more] = text.split('\n')
  const root = fromBase64(base64)
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || root?.length !== hashBytes) return undefined
  if (!Number.isSafeInteger(Number(size)) || more.pop() !== '' || more.includes('')) return undefined
  return { origin, size: Number(size), root }
}

function canonical(body: object): string | undefined {
  try {
    return canonicalJson(body)
  } catch {
    return undefined
  }
}

function leafHash(data: Bytes): Promise<Bytes> {
  return sha256(Uint8Array.of(0), data)
}

function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(Uint8Array.of(1), left, right)
}

async function sha256(...parts: readonly Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', await new Blob([...parts]).arrayBuffer()))
}

function utf8(text: string): Bytes {
  return new TextEncoder().encode(text)
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function fromHex(text: string): Bytes | undefined {
  if (!/^([0-9a-f]{2})*$/.test(text)) return undefined
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** Standard base64 in its one canonical spelling. */
function fromBase64(text: string): Bytes | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined
  const binary = atob(text)
  return btoa(binary) === text ? Uint8Array.from(binary, (char) => char.charCodeAt(0)) : undefined
}
