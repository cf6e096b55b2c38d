// The Merkle tree of RFC 6962, 2.1: hashes of leaves and nodes, and a tree that grows at its right edge.
import { hash } from 'node:crypto'
import { CuecardError } from '../errors.ts'

export const hashBytes = 32

const leafInput = Buffer.alloc(1 + hashBytes)
const nodeInput = Buffer.alloc(1 + 2 * hashBytes, 1)

// Hashing to a string of bytes and back takes half the time of hashing to a buffer.
const sha256 = (bytes: Uint8Array): Buffer => Buffer.from(hash('sha256', bytes, 'binary'), 'binary')

/** The root of the tree without leaves. */
export function emptyRoot(): Buffer {
  return sha256(new Uint8Array())
}

/** SHA-256(0x00 || data); an entry's data is its commitment. */
export function leafHash(data: Uint8Array): Buffer {
  if (data.length !== hashBytes) return sha256(Buffer.concat([Uint8Array.of(0), data]))
  leafInput.set(data, 1)
  return sha256(leafInput)
}

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  nodeInput.set(left, 1)
  nodeInput.set(right, 1 + hashBytes)
  return sha256(nodeInput)
}

/** The root of a perfect tree over a power of two of hashes, which stand one after another. */
export function perfectRootOf(hashes: Uint8Array): Buffer {
  const level = Buffer.from(hashes)
  for (let bytes = level.length; bytes > hashBytes; bytes /= 2)
    for (let at = 0; at < bytes; at += 2 * hashBytes) {
      level.copy(nodeInput, 1, at, at + 2 * hashBytes)
      level.write(hash('sha256', nodeInput, 'binary'), at / 2, 'binary')
    }
  return level.subarray(0, hashBytes)
}

/** A perfect subtree: its first leaf, its leaves (a power of two), both counted. */
export interface Subtree {
  readonly first: number
  readonly leaves: number
}

/** The largest aligned perfect subtrees that together hold the leaves `first` to `end` (exclusive), left to right. */
export function subtreesBetween(first: number, end: number): Subtree[] {
  const subtrees: Subtree[] = []
  let at = first
  while (at < end) {
    let leaves = 1
    // Sizes go beyond 32 bits, so no bit operations.
    while (at % (2 * leaves) === 0 && at + 2 * leaves <= end) leaves *= 2
    subtrees.push({ first: at, leaves })
    at += leaves
  }
  return subtrees
}

/** A tree of which only the right edge is kept: enough to add to it and to know its root. */
export class Frontier {
  #size = 0
  readonly #edge: { hash: Buffer; leaves: number }[] = []

  /**
   * A tree of `size` leaves. `hashes`: what {@link Frontier.serialise} gave, the hashes of its perfect subtrees.
   * @throws CuecardError `data.invalid` when it is not as long as the size asks for.
   */
  static restore(size: number, hashes: Uint8Array): Frontier {
    const subtrees = subtreesBetween(0, size)
    if (hashes.length !== subtrees.length * hashBytes)
      throw new CuecardError(
        'data.invalid',
        `A tree of ${size} leaves has ${subtrees.length} perfect subtrees`,
      )
    const frontier = new Frontier()
    for (const [index, { leaves }] of subtrees.entries())
      frontier.appendSubtree(hashes.subarray(index * hashBytes, (index + 1) * hashBytes), leaves)
    return frontier
  }

  /** How many leaves the tree has. */
  get size(): number {
    return this.#size
  }

  appendLeaf(leaf: Uint8Array): void {
    this.appendSubtree(leaf, 1)
  }

  /**
   * Adds a perfect subtree of `leaves` leaves, a power of two that divides the size.
   * @throws RangeError when it does not.
   */
  appendSubtree(root: Uint8Array, leaves: number): void {
    if (this.#size % leaves !== 0) throw new RangeError('A subtree begins at a multiple of its own size')
    let node: { hash: Buffer; leaves: number } = { hash: Buffer.from(root), leaves }
    for (let left = this.#edge.at(-1); left?.leaves === node.leaves; left = this.#edge.at(-1)) {
      node = { hash: nodeHash(left.hash, node.hash), leaves: 2 * node.leaves }
      this.#edge.pop()
    }
    this.#edge.push(node)
    this.#size += leaves
  }

  /** RFC 6962, 2.1. */
  root(): Buffer {
    return rootOf(this.#edge.map(({ hash }) => hash))
  }

  /** The hashes of the perfect subtrees, left to right. */
  serialise(): Buffer {
    return Buffer.concat(this.#edge.map(({ hash }) => hash))
  }
}

/** The root over perfect subtrees of falling size, left to right. */
export function rootOf(subtrees: readonly Buffer[]): Buffer {
  return subtrees.length === 0 ? emptyRoot() : subtrees.reduceRight((right, left) => nodeHash(left, right))
}
