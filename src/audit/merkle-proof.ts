// Proofs over the tree (RFC 9162, 2.1.3 and 2.1.4), made from tiles of hashes (C2SP tlog-tiles) and checked without.
import { hashBytes, nodeHash, perfectRootOf, rootOf, type Subtree, subtreesBetween } from './merkle-tree.ts'

const tileHeight = 8
const tileWidth = 2 ** tileHeight

/** Where the hashes of the tree come from. */
export interface TileSource {
  /**
   * Up to 256 hashes of 32 bytes, one after another: at level `l` those of the perfect subtrees of 256^l leaves, from
   * `256 x index` on. Level 0: the leaf hashes. At the right edge as many as there are.
   */
  tile(level: number, index: number): Promise<Uint8Array>
}

/**
 * The hashes that lead from a leaf to the root of the tree of `size` leaves (RFC 9162, 2.1.3.1).
 * @throws RangeError unless 0 <= index < size.
 */
export async function inclusionProof(index: number, size: number, tiles: TileSource): Promise<Buffer[]> {
  if (!(index >= 0 && index < size)) throw new RangeError('index must be less than size')
  const siblings: Range[] = []
  let [first, end] = [0, size]
  while (end - first > 1) {
    const middle = first + splitOf(end - first)
    if (index < middle) {
      siblings.push([middle, end])
      end = middle
    } else {
      siblings.push([first, middle])
      first = middle
    }
  }
  return rootsOf(siblings.reverse(), tiles)
}

/**
 * The hashes that show that the tree of `from` leaves is the beginning of the one of `to` leaves (RFC 9162, 2.1.4.1).
 * @throws RangeError unless 0 < from <= to.
 */
export async function consistencyProof(from: number, to: number, tiles: TileSource): Promise<Buffer[]> {
  if (!(from > 0 && from <= to)) throw new RangeError('from must be at least 1 and at most to')
  const ranges: Range[] = []
  let [first, end] = [0, to]
  while (from < end) {
    const middle = first + splitOf(end - first)
    if (from <= middle) {
      ranges.push([middle, end])
      end = middle
    } else {
      ranges.push([first, middle])
      first = middle
    }
  }
  // Where the old tree is a subtree of the new one, the verifier has its root.
  if (first > 0) ranges.push([first, end])
  return rootsOf(ranges.reverse(), tiles)
}

/** The hashes of the largest aligned perfect subtrees that hold the leaves `first` to `end` (exclusive), left to right. */
export async function subtreesOf(first: number, end: number, tiles: TileSource): Promise<Buffer[]> {
  const source = remembering(tiles)
  return Promise.all(subtreesBetween(first, end).map((subtree) => perfectRoot(subtree, source)))
}

/** Whether `leaf`, a leaf hash, is at `index` of the tree with this root (RFC 9162, 2.1.3.2). */
export function verifyInclusion(
  { index, size, leaf, root }: { index: number; size: number; leaf: Uint8Array; root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, root, ...proof])) return false
  let [at, last] = [index, size - 1]
  let hash = leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)]
    } else hash = nodeHash(hash, sibling)
    at = half(at)
    last = half(last)
  }
  return last === 0 && isSame(hash, root)
}

/** Whether the tree of `from` leaves is the beginning of the one of `to` leaves (RFC 9162, 2.1.4.2). */
export function verifyConsistency(
  { from, to, fromRoot, toRoot }: { from: number; to: number; fromRoot: Uint8Array; toRoot: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (!isCount(from) || !isCount(to) || from < 1 || from > to) return false
  if (!areHashes([fromRoot, toRoot, ...proof])) return false
  if (from === to) return proof.length === 0 && isSame(fromRoot, toRoot)
  // A power of two: the old root is itself the first hash of the path.
  const path = splitOf(from + 1) === from ? [fromRoot, ...proof] : proof
  let [at, last] = [from - 1, to - 1]
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  const [start, ...rest] = path
  if (start === undefined) return false
  let [oldHash, newHash] = [start, start]
  for (const hash of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      oldHash = nodeHash(hash, oldHash)
      newHash = nodeHash(hash, newHash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)]
    } else newHash = nodeHash(newHash, hash)
    at = half(at)
    last = half(last)
  }
  return last === 0 && isSame(oldHash, fromRoot) && isSame(newHash, toRoot)
}

/** Leaves, the first inclusive, the last exclusive. */
type Range = readonly [first: number, end: number]

async function rootsOf(ranges: readonly Range[], tiles: TileSource): Promise<Buffer[]> {
  const source = remembering(tiles)
  return Promise.all(
    ranges.map(async ([first, end]) =>
      rootOf(await Promise.all(subtreesBetween(first, end).map((subtree) => perfectRoot(subtree, source)))),
    ),
  )
}

/** The root of a perfect subtree, from the tile that has the roots nearest below it. */
async function perfectRoot({ first, leaves }: Subtree, tiles: TileSource): Promise<Buffer> {
  const level = Math.floor(Math.log2(leaves) / tileHeight)
  const count = leaves / tileWidth ** level
  const place = first / tileWidth ** level
  const tile = await tiles.tile(level, Math.floor(place / tileWidth))
  const from = (place % tileWidth) * hashBytes
  if (tile.length < from + count * hashBytes)
    throw new RangeError(`the tile ${level}/${Math.floor(place / tileWidth)} has too few hashes`)
  return perfectRootOf(tile.subarray(from, from + count * hashBytes))
}

/** Asks for each tile once. */
function remembering(tiles: TileSource): TileSource {
  const known = new Map<string, Promise<Uint8Array>>()
  return {
    tile(level, index) {
      const place = `${level}/${index}`
      const tile = known.get(place) ?? tiles.tile(level, index)
      known.set(place, tile)
      return tile
    },
  }
}

/** The largest power of two less than `size`, which is at least 2. */
function splitOf(size: number): number {
  let split = 1
  while (2 * split < size) split *= 2
  return split
}

function half(value: number): number {
  return Math.floor(value / 2)
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function areHashes(values: readonly Uint8Array[]): boolean {
  return values.every((value) => value.length === hashBytes)
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
