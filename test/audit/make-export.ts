// Valid exports from a seed, for tests and benchmarks.
import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto'
import {
  canonicalJson,
  checkpointLine,
  commitmentOf,
  ExportSeal,
  endLine,
  entryLine,
  Frontier,
  formatVerifierKey,
  leafHash,
  logLine,
  nodeHash,
  signCheckpoint,
  type TileSource,
} from '../../src/audit/index.ts'

export interface MadeLog {
  readonly origin: string
  readonly publicKey: string
  readonly privateKey: KeyObject
  readonly size: number
  readonly leaves: readonly Buffer[]
  readonly tiles: TileSource
  /** Root of the tree of the first `size` entries. */
  root(size: number): Buffer
  checkpoint(size: number): string
  entry(index: number): string
  /** The lines of an export, without line ends. */
  lines(first?: number, end?: number): Generator<string>
  /** The same as text. */
  text(first?: number, end?: number): string
}

export interface LogOptions {
  readonly size: number
  readonly seed?: string
  readonly origin?: string
  /** Checkpoints are stored at multiples of this. */
  readonly checkpointEvery?: number
  readonly isErased?: (index: number) => boolean
  readonly bodyOf?: (index: number) => object
  /** Entries from this one on have other salts: a fork. */
  readonly forkedFrom?: number
}

/** A log of made-up entries; the same options give the same log. */
export function makeLog(options: LogOptions): MadeLog {
  const { size, seed = 'seed', origin = 'example.com/cuecard', checkpointEvery = 4096 } = options
  const { isErased = () => false, bodyOf = sampleBody, forkedFrom = size } = options
  const privateKey = keyOf(seed)
  const publicKey = formatVerifierKey(origin, createPublicKey(privateKey))
  const saltOf = (index: number) =>
    hash('sha256', `${seed} salt ${index}${index < forkedFrom ? '' : ' fork'}`, 'buffer')
  const made = (index: number) => {
    const body = canonicalJson(bodyOf(index))
    const salt = saltOf(index)
    return { body, salt, commitment: commitmentOf(Buffer.concat([salt, Buffer.from(body)])) }
  }
  const roots = new Map<number, Buffer>()
  const tree = new Frontier()
  const leaves = Array.from({ length: size }, (_, index) => leafHash(made(index).commitment))
  roots.set(0, tree.root())
  for (const leaf of leaves) {
    tree.appendLeaf(leaf)
    if (size < 1000 || tree.size % checkpointEvery === 0 || tree.size === size)
      roots.set(tree.size, tree.root())
  }
  const tiles = tilesOf(leaves)
  const root = (at: number) => roots.get(at) ?? Buffer.alloc(0)
  const log: MadeLog = {
    ...{ origin, publicKey, privateKey, size, leaves, tiles, root },
    checkpoint: (at) => signCheckpoint({ origin, size: at, root: root(at) }, privateKey),
    entry(index) {
      const { body, salt, commitment } = made(index)
      const opened = isErased(index) ? { salt: null, body: null } : { salt: salt.toString('hex'), body }
      return entryLine({ index, commitment: commitment.toString('hex'), ...opened })
    },
    *lines(first = 0, end = size) {
      const seal = new ExportSeal()
      for (const line of unsealed(first, end)) {
        seal.add(line)
        yield line
      }
      yield seal.line(origin, privateKey)
    },
    text: (first, end) => [...log.lines(first, end)].map((line) => `${line}\n`).join(''),
  }
  function* unsealed(first: number, end: number): Generator<string> {
    yield logLine({ origin, publicKey, size, first, end, before: subtreeHashes(leaves, 0, first) })
    for (let index = first; index < end; index++) {
      yield log.entry(index)
      if ((index + 1) % checkpointEvery === 0 && index + 1 < size)
        yield checkpointLine(log.checkpoint(index + 1))
    }
    yield endLine(subtreeHashes(leaves, end, size))
    yield checkpointLine(log.checkpoint(size))
  }
  return log
}

/** An Ed25519 key made of a seed (RFC 8410 wraps its 32 bytes). */
function keyOf(seed: string): KeyObject {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
  const der = Buffer.concat([prefix, hash('sha256', `${seed} key`, 'buffer')])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

/** The tree's tiles in memory. */
export function tilesOf(leaves: readonly Buffer[]): TileSource {
  const levels: Buffer[] = []
  for (let hashes = leaves; hashes.length > 0; hashes = parents(hashes)) levels.push(Buffer.concat(hashes))
  return {
    tile: async (level, index) =>
      levels[level]?.subarray(index * 8192, (index + 1) * 8192) ?? Buffer.alloc(0),
  }
}

/** The roots of the complete groups of 256. */
function parents(hashes: readonly Buffer[]): Buffer[] {
  return Array.from({ length: Math.floor(hashes.length / 256) }, (_, group) =>
    naiveRoot(hashes.slice(256 * group, 256 * (group + 1))),
  )
}

/** RFC 6962, 2.1, word for word. */
export function naiveRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (only === undefined) return hash('sha256', '', 'buffer')
  if (leaves.length === 1) return only
  let split = 1
  while (2 * split < leaves.length) split *= 2
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)))
}

/** Hashes of the largest aligned perfect subtrees from `first` to `end`, in hex. */
function subtreeHashes(leaves: readonly Buffer[], first: number, end: number): string[] {
  const hashes: string[] = []
  let at = first
  while (at < end) {
    let width = 1
    while (at % (2 * width) === 0 && at + 2 * width <= end) width *= 2
    hashes.push(naiveRoot(leaves.slice(at, at + width)).toString('hex'))
    at += width
  }
  return hashes
}

/** About 1 KB, as the entry of a retrieval is. */
export function sampleBody(index: number): object {
  const item = (place: number) => {
    const relevance = 0.9 - place / 16
    return {
      contentId: `article-${(index * 7 + place) % 500}`,
      title: 'Lost card: was tun? — 失くした',
      score: relevance + 0.15 * 2 + 0.2,
      explanation: [
        { feature: 'relevance', value: relevance, weight: 1, contribution: relevance },
        { feature: 'matchingTags', value: 2, weight: 0.15, contribution: 0.15 * 2 },
        { feature: 'compliance', value: 1, weight: 0.2, contribution: 0.2 },
      ],
    }
  }
  return {
    kind: 'retrieval',
    at: new Date(1_790_000_000_000 + 250 * index).toISOString(),
    agentId: `agent-${index % 300}`,
    interactionId: `interaction-${index % 5000}`,
    retrievalId: `retrieval-${index}`,
    query: 'my card was "stolen" abroad',
    items: [item(0), item(1), item(2)],
  }
}
