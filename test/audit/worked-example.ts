// The worked example of docs/reference/audit-log.md, made by the code: `node test/audit/worked-example.ts` prints it.
import { createPublicKey, hash } from 'node:crypto'
import { leafHash, nodeHash } from '../../src/audit/index.ts'
import { makeLog } from './make-export.ts'

const bodies = [
  { at: '2026-11-22T09:00:00.000Z', contentId: 'card-lost', kind: 'adoption', type: 'opened' },
  { at: '2026-11-22T09:00:01.500Z', kind: 'adoption', reason: 'about another card', type: 'dismissed' },
  { at: '2026-11-22T09:00:02.000Z', kind: 'refusal', rate: 0.000001, text: 'Müller said "no"' },
]

const log = makeLog({
  size: 3,
  seed: 'worked example',
  origin: 'audit.example/cuecard',
  checkpointEvery: 2,
  isErased: (index) => index === 1,
  bodyOf: (index) => bodies[index] ?? {},
})

/** The two exports of the example: of the whole log, and of its entry 1 alone. */
export const exampleExports = { whole: log.text(), part: log.text(1, 2), publicKey: log.publicKey }

export function workedExample(): string {
  const commitments = [0, 1, 2].map((index): string => JSON.parse(log.entry(index)).commitment)
  const leaves = commitments.map((commitment) => leafHash(Buffer.from(commitment, 'hex')))
  const [first, second, third] = leaves as [Buffer, Buffer, Buffer]
  const raw = Buffer.from(createPublicKey(log.privateKey).export({ format: 'jwk' }).x ?? '', 'base64url')
  const left = nodeHash(first, second)
  const rows: [string, Buffer | string][] = [
    ['public key', raw],
    ...commitments.map((commitment, index): [string, string] => [`commitment ${index}`, commitment]),
    ...leaves.map((leaf, index): [string, Buffer] => [`leaf ${index}`, leaf]),
    ['node(leaf 0, leaf 1) = root of size 2', left],
    ['node(node(leaf 0, leaf 1), leaf 2) = root of size 3', nodeHash(left, third)],
    ['SHA-256 of the first seven lines', hash('sha256', sealedPart(exampleExports.whole))],
  ]
  const table = rows.map(([name, value]) => `| ${name} | \`${hexOf(value)}\` |`)
  return [
    'The whole log:',
    fenced(exampleExports.whole),
    ['| | hex |', '|---|---|', ...table].join('\n'),
    'Entry 1 alone, of the same log: `before` is leaf 0, `after` is leaf 2.',
    fenced(exampleExports.part),
  ].join('\n\n')
}

function sealedPart(text: string): string {
  return text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)
}

function hexOf(value: Buffer | string): string {
  return typeof value === 'string' ? value : value.toString('hex')
}

function fenced(text: string): string {
  return `\`\`\`json\n${text}\`\`\``
}

if (process.argv[1] === import.meta.filename) console.log(workedExample())
