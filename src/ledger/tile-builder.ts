// The growing edge of the tree: hashes of its incomplete tiles, from which the next tiles and every root are made.
import { Frontier, nodeHash } from '../audit/merkle-tree.ts'
import type { NewTile } from '../storage/ledger-store.ts'

/** Hashes of one tile (C2SP tlog-tiles). */
const width = 256

/** Level `l` holds hashes of perfect subtrees of 256^l leaves. */
export class TileBuilder {
  #size = 0
  /** By level, the hashes since the last complete tile. */
  readonly #edge: Buffer[][] = []

  /** A builder of a tree with `size` leaves. `edge`: by level, the `floor(size / 256^level) mod 256` last hashes. */
  static restore(size: number, edge: readonly (readonly Buffer[])[]): TileBuilder {
    const builder = new TileBuilder()
    builder.#size = size
    for (const hashes of edge) builder.#edge.push([...hashes])
    return builder
  }

  /** How many leaves the tree has. */
  get size(): number {
    return this.#size
  }

  clone(): TileBuilder {
    return TileBuilder.restore(this.#size, this.#edge)
  }

  /** Adds a leaf, and to `changed` by their place the tiles that are to be stored: a complete one of level 0, any higher one. */
  add(leaf: Buffer, changed?: Map<string, NewTile>): void {
    this.#size++
    let hash = leaf
    for (let level = 0; ; level++) {
      const hashes = this.#edge[level] ?? []
      this.#edge[level] = hashes
      hashes.push(hash)
      const isComplete = hashes.length === width
      if (level > 0 || isComplete) {
        // Of its own level, counted in hashes: where this tile begins.
        const index = Math.floor((this.#size / width ** level - 1) / width)
        changed?.set(`${level}/${index}`, { level, index, hashes: Buffer.concat(hashes) })
      }
      if (!isComplete) return
      hash = perfectRoot(hashes)
      hashes.length = 0
    }
  }

  /** RFC 6962, 2.1. */
  root(): Buffer {
    const frontier = new Frontier()
    for (let level = this.#edge.length - 1; level >= 0; level--)
      for (const hash of this.#edge[level] ?? []) frontier.appendSubtree(hash, width ** level)
    return Buffer.from(frontier.root())
  }
}

/** Of a power of two of hashes. */
function perfectRoot(hashes: readonly Buffer[]): Buffer {
  let level = hashes
  while (level.length > 1) {
    const above: Buffer[] = []
    for (let index = 0; index + 1 < level.length; index += 2)
      above.push(nodeHash(level[index] as Buffer, level[index + 1] as Buffer))
    level = above
  }
  return level[0] as Buffer
}
