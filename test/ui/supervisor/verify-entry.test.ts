// The browser's verification, by the same made logs as the command's.
import { describe, expect, test } from 'vitest'
import { inclusionProof } from '../../../src/audit/index.ts'
import { type CheckedEntry, type InclusionProof, verifyEntry } from '../../../ui/supervisor/verify-entry.ts'
import { type MadeLog, makeLog } from '../../audit/make-export.ts'

const bodies = [
  { at: '2026-11-22T09:00:00.000Z', contentId: 'card-lost', kind: 'adoption', type: 'opened' },
  { at: '2026-11-22T09:00:01.500Z', kind: 'adoption', reason: 'about another card', type: 'dismissed' },
  { at: '2026-11-22T09:00:02.000Z', kind: 'refusal', rate: 0.000001, text: 'Müller said "no"' },
]

function logOf(size: number): MadeLog {
  return makeLog({
    size,
    seed: 'worked example',
    origin: 'audit.example/cuecard',
    isErased: (index) => index === 1,
    bodyOf: (index) => bodies[index % bodies.length] ?? {},
  })
}

function entryOf(log: MadeLog, index: number): CheckedEntry {
  const { commitment, salt, body } = JSON.parse(log.entry(index))
  return { index, commitment, salt, body: body === null ? null : JSON.parse(body) }
}

async function proofOf(log: MadeLog, index: number, size = log.size): Promise<InclusionProof> {
  const hashes = await inclusionProof(index, size, log.tiles)
  return {
    index,
    size,
    leafHash: log.leaves[index]?.toString('hex') ?? '',
    hashes: hashes.map((hash) => hash.toString('hex')),
    checkpoint: log.checkpoint(size),
  }
}

const log = logOf(3)
const whole = { content: 'holds', inclusion: 'holds', signature: 'holds' }

test('each entry of trees of every shape is verified', async () => {
  for (const size of [1, 2, 3, 4, 5, 7, 8, 13]) {
    const made = logOf(size)
    for (let index = 0; index < size; index++) {
      const verdict = await verifyEntry(entryOf(made, index), await proofOf(made, index), made.publicKey)
      expect(verdict).toEqual({ ...whole, content: index === 1 ? 'unreadable' : 'holds', size })
    }
  }
})

test('the leaf and the signed root are those of the worked example in the reference', async () => {
  const proof = await proofOf(log, 2)
  expect(proof.hashes).toHaveLength(1)
  expect(await verifyEntry(entryOf(log, 2), proof, `${log.publicKey}\n`)).toEqual({ ...whole, size: 3 })
})

describe('a tampered variant fails at the step that it breaks', () => {
  const flip = (text: string) => (text[0] === '0' ? '1' : '0') + text.slice(1)
  type Change = (entry: CheckedEntry, proof: InclusionProof) => [CheckedEntry, InclusionProof, string?]
  const other = makeLog({ size: 3, seed: 'another log', origin: 'audit.example/cuecard' })
  const foreign = makeLog({ size: 3, seed: 'worked example', origin: 'audit.example/foreign' })
  const cases: [string, Change, object][] = [
    ['content', (e, p) => [{ ...e, body: { ...e.body, rate: 1 } }, p], { content: 'fails' }],
    ['salt', (e, p) => [{ ...e, salt: flip(e.salt ?? '') }, p], { content: 'fails' }],
    ['salt removed', (e, p) => [{ ...e, salt: null }, p], { content: 'fails' }],
    [
      'commitment',
      (e, p) => [{ ...e, commitment: flip(e.commitment) }, p],
      { content: 'fails', inclusion: 'fails' },
    ],
    ['leaf', (e, p) => [e, { ...p, leafHash: flip(p.leafHash) }], { inclusion: 'fails' }],
    ['sibling', (e, p) => [e, { ...p, hashes: p.hashes.map(flip) }], { inclusion: 'fails' }],
    ['sibling missing', (e, p) => [e, { ...p, hashes: [] }], { inclusion: 'fails' }],
    ['sibling too many', (e, p) => [e, { ...p, hashes: [...p.hashes, p.leafHash] }], { inclusion: 'fails' }],
    ['sibling no hex', (e, p) => [e, { ...p, hashes: ['zz'] }], { inclusion: 'fails' }],
    [
      'index',
      (e, p) => [
        { ...e, index: 0 },
        { ...p, index: 0 },
      ],
      { inclusion: 'fails' },
    ],
    ['index of the proof alone', (e, p) => [e, { ...p, index: 1 }], { inclusion: 'fails' }],
    [
      'index beyond',
      (e, p) => [
        { ...e, index: 3 },
        { ...p, index: 3 },
      ],
      { inclusion: 'fails' },
    ],
    ['size', (e, p) => [e, { ...p, size: 4 }], { inclusion: 'fails' }],
    [
      'checkpoint of a fork',
      (e, p) => [e, { ...p, checkpoint: other.checkpoint(3) }],
      { inclusion: 'fails', signature: 'fails' },
    ],
    [
      'checkpoint of another log',
      (e, p) => [e, { ...p, checkpoint: foreign.checkpoint(3) }],
      { inclusion: 'fails', signature: 'fails' },
    ],
    [
      'checkpoint size',
      (e, p) => [e, { ...p, size: 4, checkpoint: p.checkpoint.replace('\n3\n', '\n4\n') }],
      { inclusion: 'fails', signature: 'fails', size: 4 },
    ],
    ['key of another log', (e, p) => [e, p, other.publicKey], { signature: 'fails' }],
    ['key id', (e, p) => [e, p, log.publicKey.replace(/\+[0-9a-f]{8}/, '+00000000')], { signature: 'fails' }],
    ['no key', (e, p) => [e, p, ''], { signature: 'fails' }],
    [
      'unsigned',
      (e, p) => [e, { ...p, checkpoint: p.checkpoint.replace(/\n—.*/s, '') }],
      { inclusion: 'fails', signature: 'fails', size: null },
    ],
    [
      'control character',
      (e, p) => [e, { ...p, checkpoint: p.checkpoint.replace('\n', '\r\n') }],
      { inclusion: 'fails', signature: 'fails', size: null },
    ],
  ]
  test.each(cases)('%s', async (_, change, found) => {
    const [entry, proof, key = log.publicKey] = change(entryOf(log, 2), await proofOf(log, 2))
    expect(await verifyEntry(entry, proof, key)).toEqual({ ...whole, size: 3, ...found })
  })
})
