// The tree and its proofs, against the published vectors of certificate-transparency and against the definition.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  consistencyProof,
  inclusionProof,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
} from '../../src/audit/merkle-proof.ts'
import { emptyRoot, Frontier, leafHash } from '../../src/audit/merkle-tree.ts'
import { naiveRoot, tilesOf } from './make-export.ts'

/** The eight inputs of certificate-transparency's tests, and the roots of the trees of the first 1, 2, ... of them. */
const inputs = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const ctLeaves = inputs.map((input) => leafHash(Buffer.from(input, 'hex')))
const ctTiles = tilesOf(ctLeaves)
const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('hex'))
const at = <T>(list: readonly T[], index: number): T => {
  const item = list[index]
  if (item === undefined) throw new Error(`nothing at ${index}`)
  return item
}

test('the root of the empty tree is SHA-256 of nothing', () => {
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  expect(emptyRoot().toString('hex')).toBe(empty)
  expect(new Frontier().root().toString('hex')).toBe(empty)
})

test('the roots of certificate-transparency', () => {
  const tree = new Frontier()
  for (const [index, leaf] of ctLeaves.entries()) {
    tree.appendLeaf(leaf)
    expect(tree.root().toString('hex')).toBe(roots[index])
  }
})

test.each([
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
])('the published inclusion proof of leaf %i of %i', async (index, size, published) => {
  const proof = await inclusionProof(index, size, ctTiles)
  expect(hex(proof)).toEqual(published)
  const root = Buffer.from(at(roots, size - 1), 'hex')
  expect(verifyInclusion({ index, size, leaf: at(ctLeaves, index), root }, proof)).toBe(true)
})

test.each([
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
])('the published consistency proof from %i to %i', async (from, to, published) => {
  const proof = await consistencyProof(from, to, ctTiles)
  expect(hex(proof)).toEqual(published)
  const [fromRoot, toRoot] = [Buffer.from(at(roots, from - 1), 'hex'), Buffer.from(at(roots, to - 1), 'hex')]
  expect(verifyConsistency({ from, to, fromRoot, toRoot }, proof)).toBe(true)
})

const leaves = Array.from({ length: 70 }, (_, index) => leafHash(Buffer.alloc(32, index)))
const naive = Array.from({ length: 71 }, (_, size) => naiveRoot(leaves.slice(0, size)))

test('every proof of every tree of up to 70 leaves holds, and with any hash changed, dropped or added it does not', async () => {
  const tiles = tilesOf(leaves)
  for (let size = 1; size <= 70; size++)
    for (let index = 0; index < size; index++) {
      const claim = { index, size, leaf: at(leaves, index), root: at(naive, size) }
      const proof = await inclusionProof(index, size, tiles)
      expect(verifyInclusion(claim, proof)).toBe(true)
      expect(broken(proof).some((bad) => verifyInclusion(claim, bad))).toBe(false)
      expect(verifyInclusion({ ...claim, index: (index + 1) % size }, proof)).toBe(size === 1)
      const from = index + 1
      const change = { from, to: size, fromRoot: at(naive, from), toRoot: at(naive, size) }
      const path = await consistencyProof(from, size, tiles)
      expect(verifyConsistency(change, path)).toBe(true)
      expect(broken(path).some((bad) => verifyConsistency(change, bad))).toBe(false)
      expect(verifyConsistency({ ...change, fromRoot: Buffer.alloc(32) }, path)).toBe(false)
    }
})

function broken(proof: readonly Buffer[]): Buffer[][] {
  const wrong = Buffer.alloc(32, 0xaa)
  return [
    [...proof, wrong],
    [wrong, ...proof],
    ...proof.flatMap((_, index) => [proof.toSpliced(index, 1), proof.toSpliced(index, 1, wrong)]),
  ]
}

test('property: trees that span several tiles, whole or from subtrees, have the root and proofs of the definition', async () => {
  const many = Array.from({ length: 70_000 }, (_, index) => leafHash(Buffer.alloc(32, `${index} `)))
  const tiles = tilesOf(many)
  await fc.assert(
    fc.asyncProperty(fc.nat(69_998), fc.nat(1_000_000), async (last, seed) => {
      const size = last + 2
      const middle = seed % size
      const root = naiveRoot(many.slice(0, size))
      const tree = new Frontier()
      for (const part of [await subtreesOf(0, middle, tiles), await subtreesOf(middle, size, tiles)])
        for (const hash of part)
          tree.appendSubtree(hash, widthAt(tree.size, tree.size < middle ? middle : size))
      expect(tree.size).toBe(size)
      expect(tree.root()).toEqual(root)
      expect(Frontier.restore(size, tree.serialise()).root()).toEqual(root)
      const proof = await inclusionProof(middle, size, tiles)
      expect(verifyInclusion({ index: middle, size, leaf: at(many, middle), root }, proof)).toBe(true)
      const from = middle + 1
      const fromRoot = naiveRoot(many.slice(0, from))
      const path = await consistencyProof(from, size, tiles)
      expect(verifyConsistency({ from, to: size, fromRoot, toRoot: root }, path)).toBe(true)
    }),
    { numRuns: 12 },
  )
})

function widthAt(first: number, end: number): number {
  let width = 1
  while (first % (2 * width) === 0 && first + 2 * width <= end) width *= 2
  return width
}

test('what no tree has is refused', async () => {
  await expect(inclusionProof(8, 8, ctTiles)).rejects.toThrow('index must be less than size')
  await expect(consistencyProof(0, 8, ctTiles)).rejects.toThrow('from must be at least 1')
  await expect(inclusionProof(0, 9, ctTiles)).rejects.toThrow('the tile 0/0 has too few hashes')
  const [leaf, root] = [Buffer.alloc(32), Buffer.alloc(32)]
  expect(verifyInclusion({ index: -1, size: 1, leaf, root }, [])).toBe(false)
  expect(verifyInclusion({ index: 0.5, size: 1, leaf, root }, [])).toBe(false)
  expect(verifyInclusion({ index: 0, size: 2, leaf, root }, [Buffer.alloc(31)])).toBe(false)
  expect(verifyConsistency({ from: 0, to: 1, fromRoot: root, toRoot: root }, [])).toBe(false)
  expect(() => new Frontier().appendSubtree(leaf, 1)).not.toThrow()
  const odd = new Frontier()
  odd.appendLeaf(leaf)
  expect(() => odd.appendSubtree(leaf, 2)).toThrow('a multiple of its own size')
  expect(() => Frontier.restore(3, leaf)).toThrow('2 perfect subtrees')
})
