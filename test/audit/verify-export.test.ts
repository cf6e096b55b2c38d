import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import {
  canonicalJson,
  checkpointLine,
  commitmentOf,
  ExportSeal,
  entryLine,
  signCheckpoint,
  type Verdict,
  type VerifyOptions,
  verifyExport,
} from '../../src/audit/index.ts'
import { type Random, seededRandom } from '../../src/random.ts'
import { type MadeLog, makeLog } from './make-export.ts'

const size = 45
const isErased = (index: number) => index % 7 === 3
const bodyOf = (index: number) => ({
  kind: 'adoption',
  at: index,
  note: 'Müller 失',
  contentId: `article-${index}`,
})
const options = { size, checkpointEvery: 8, isErased, bodyOf }
const log = makeLog(options)
const forked = makeLog({ ...options, forkedFrom: 20 })
const lines = [...log.lines()]
const text = log.text()

async function* inPieces(bytes: Uint8Array, piece = bytes.length): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += piece) yield bytes.subarray(from, from + piece)
}

function verify(
  input: string | Uint8Array,
  settings: VerifyOptions = { publicKey: log.publicKey },
): Promise<Verdict> {
  return verifyExport(inPieces(Buffer.from(input)), settings)
}

/** The lines with a right seal: what only the log's own key can make. */
function sealed(parts: readonly string[], by: MadeLog = log): string {
  const seal = new ExportSeal()
  for (const line of parts) seal.add(line)
  return [...parts, seal.line(by.origin, by.privateKey)].map((line) => `${line}\n`).join('')
}

const unsealed = lines.slice(0, -1)
const lineOf = (index: number) => lines.findIndex((line) => line.includes(`"index":${index},`))

test('an export verifies, with counts and what was signed', async () => {
  expect(await verify(text)).toEqual({
    verified: true,
    isKeyTrusted: true,
    publicKey: log.publicKey,
    origin: 'example.com/cuecard',
    size,
    rootHash: log.root(size).toString('hex'),
    first: 0,
    end: size,
    entries: size,
    readable: 39,
    erased: 6,
    checkpoints: 6,
    keptCheckpoints: 0,
    scoreMismatches: 0,
    warnings: [],
    failure: null,
  })
})

test('the export of any part verifies, and with every checkpoint that it reaches', async () => {
  for (let first = 0; first <= size; first += 4)
    for (let end = first; end <= size; end += 3) {
      const keptCheckpoints = [first, Math.floor((first + end) / 2), end, size].map((at) =>
        log.checkpoint(at),
      )
      const verdict = await verify(log.text(first, end), { publicKey: log.publicKey, keptCheckpoints })
      expect(verdict).toMatchObject({ failure: null, entries: end - first, first, end, keptCheckpoints: 4 })
    }
})

test('the empty log verifies', async () => {
  const empty = makeLog({ size: 0 })
  expect(await verify(empty.text(), { publicKey: empty.publicKey })).toMatchObject({ failure: null, size: 0 })
})

test('bytes may come in pieces of any length, and as text', async () => {
  for (const piece of [1, 2, 3, 7, 1000]) {
    expect(
      await verifyExport(inPieces(Buffer.from(text), piece), { publicKey: log.publicKey }),
    ).toMatchObject({ failure: null })
  }
  async function* characters(): AsyncGenerator<string> {
    yield* makeLog({ size: 2, bodyOf: () => ({ smile: '😀' }) })
      .text()
      .split('')
  }
  expect(await verifyExport(characters())).toMatchObject({ verified: true })
})

test('without a key only consistency is shown, and the verdict says so', async () => {
  expect(await verify(text, {})).toMatchObject({ verified: true, isKeyTrusted: false })
})

test('an export that another key made anew is refused', async () => {
  const impostor = makeLog({ ...options, seed: 'impostor' })
  expect((await verify(impostor.text())).failure).toMatchObject({ line: 1, firstBadEntry: null })
  expect((await verify(impostor.text(), {})).verified).toBe(true)
  const kept = await verify(impostor.text(), { keptCheckpoints: [log.checkpoint(8)] })
  expect(kept.failure?.message).toMatch(/the kept checkpoint of size 8: it has no signature of the key/)
})

const edits: readonly [
  string,
  (index: number, entry: ReturnType<typeof JSON.parse>) => string,
  RegExp,
  number | null,
][] = [
  [
    'an edited body',
    (_, entry) => entryLine({ ...entry, body: entry.body.replace('adoption', 'adaption') }),
    /commitment was made of/,
    12,
  ],
  ['another salt', (_, entry) => entryLine({ ...entry, salt: '0'.repeat(64) }), /commitment was made of/, 12],
  [
    'an index twice',
    (index, entry) => entryLine({ ...entry, index: index - 1 }),
    /entry 11 stands where entry 12 should/,
    12,
  ],
  ['a body without a salt', (_, entry) => entryLine({ ...entry, salt: null }), /both null/, 12],
  ['a further member', (_, entry) => canonicalJson({ ...entry, x: 1 }), /canonical form/, 12],
  [
    'another order of members',
    (_, entry) => JSON.stringify({ type: entry.type, ...entry, commitment: entry.commitment }),
    /canonical form/,
    12,
  ],
  ['no JSON', () => '{', /no entry/, 12],
]

test.each(edits)(
  "%s is found, and the entry named, even where the log's own key sealed it",
  async (_, edit, message, bad) => {
    const at = lineOf(12)
    const line = edit(12, JSON.parse(lines[at] ?? ''))
    const { failure } = await verify(sealed(unsealed.with(at, line)))
    expect(failure).toMatchObject({ line: at + 1, firstBadEntry: bad, lastBadEntry: bad })
    expect(failure?.message).toMatch(message)
  },
)

test('a body that is not canonical is found, though its commitment is right', async () => {
  const odd = makeLog({ size: 3, bodyOf: () => ({ a: 1 }) })
  const salt = Buffer.alloc(32)
  const body = '{"a": 1}'
  const commitment = commitmentOf(Buffer.concat([salt, Buffer.from(body)])).toString('hex')
  const parts = [...odd.lines()]
    .slice(0, -1)
    .with(2, entryLine({ index: 1, salt: salt.toString('hex'), body, commitment }))
  const { failure } = await verify(sealed(parts, odd), { publicKey: odd.publicKey })
  expect(failure).toMatchObject({
    firstBadEntry: 1,
    message: 'body: it is not in the canonical form of RFC 8785',
  })
})

test('an entry committed anew is found between the checkpoints around it', async () => {
  const other = JSON.parse(forked.entry(21))
  const { failure } = await verify(sealed(unsealed.with(lineOf(21), entryLine(other))))
  expect(failure).toMatchObject({ firstBadEntry: 16, lastBadEntry: 23 })
  expect(failure?.message).toBe('the hashes up to here do not give the root that the log signed at size 24')
})

test('a text taken out as if it were erased is found by the seal', async () => {
  const entry = JSON.parse(lines[lineOf(12)] ?? '')
  const parts = lines.with(lineOf(12), entryLine({ ...entry, salt: null, body: null }))
  const { failure } = await verify(`${parts.join('\n')}\n`)
  expect(failure).toMatchObject({ line: lines.length, firstBadEntry: null })
  expect(failure?.message).toMatch(/changed that the tree cannot tell/)
})

test('a checkpoint taken out, or one with a note added to, is found by the seal', async () => {
  const at = lines.findIndex((line) => line.startsWith('{"note":'))
  const added = checkpointLine(`${JSON.parse(lines[at] ?? '').note}— someone AAAAAAAA\n`)
  for (const parts of [lines.toSpliced(at, 1), lines.with(at, added)])
    expect((await verify(`${parts.join('\n')}\n`)).failure?.line).toBe(parts.length)
})

const cuts: readonly [string, string | Buffer, RegExp][] = [
  ['nothing', '', /cut off/],
  ['no last line end', text.slice(0, -1), /it has no line end/],
  ['CR LF', text.replaceAll('\n', '\r\n'), /CR LF/],
  ['a byte order mark', `\ufeff${text}`, /byte order mark/],
  [
    'invalid UTF-8',
    Buffer.concat([Buffer.from(text.slice(0, 500)), Buffer.of(0xff), Buffer.from(text.slice(500))]),
    /not valid UTF-8/,
  ],
  ['an empty line at the end', `${text}\n`, /more after the seal/],
  ['a second export', text + text, /more after the seal/],
  ['a line of 5 MB', `${'x'.repeat(5 * 1024 * 1024)}\n`, /no JSON|longer/],
  ['a line without end', 'x'.repeat(6 * 1024 * 1024), /longer than 4 MB/],
  ['no seal', `${unsealed.join('\n')}\n`, /seal|canonical|note|cut off/],
]

test.each(cuts)('%s is refused', async (_, input, message) => {
  const { verified, failure } = await verify(input)
  expect(verified).toBe(false)
  expect(failure?.message).toMatch(message)
})

test('a cut names the entry that is missing', async () => {
  const { failure } = await verify(`${lines.slice(0, lineOf(17)).join('\n')}\n`)
  expect(failure).toMatchObject({ line: lineOf(17) + 1, firstBadEntry: 17, lastBadEntry: 17 })
})

test('an end that comes early, and entries beyond the end, are found', async () => {
  const end = lines.findIndex((line) => line.startsWith('{"after"'))
  const early = await verify(sealed(unsealed.toSpliced(end - 2, 2)))
  expect(early.failure).toMatchObject({ firstBadEntry: 43, lastBadEntry: 44 })
  const part = [...log.lines(0, 40)].slice(0, -1)
  const late = await verify(sealed(part.toSpliced(-2, 0, log.entry(40))))
  expect(late.failure?.message).toMatch(/ends before entry 40/)
})

test('a log that was forked after a kept checkpoint is found, with the entries in question', async () => {
  const keptCheckpoints = [16, 32].map((at) => log.checkpoint(at))
  const verdict = await verify(forked.text(), { publicKey: log.publicKey, keptCheckpoints })
  expect(verdict.failure).toMatchObject({ firstBadEntry: 16, lastBadEntry: 31 })
  expect(verdict.failure?.message).toMatch(/the log was forked: at size 32/)
  expect(verdict.keptCheckpoints).toBe(1)
})

test('an edit is told as an edit, not as a fork', async () => {
  const parts = unsealed.with(lineOf(21), forked.entry(21))
  const verdict = await verify(sealed(parts), {
    publicKey: log.publicKey,
    keptCheckpoints: [log.checkpoint(22)],
  })
  expect(verdict.failure?.message).toMatch(/do not give the root that the log signed at size 24/)
})

test('a kept checkpoint that the part cannot be compared with, or that is of a later state, is a failure', async () => {
  const at = (kept: number, input: string) =>
    verify(input, { publicKey: log.publicKey, keptCheckpoints: [log.checkpoint(kept)] })
  expect((await at(5, log.text(10, 20))).failure?.message).toMatch(
    /size 5 cannot be compared with entries 10 to 19/,
  )
  expect((await at(39, log.text(10, 20))).failure?.message).toMatch(/cannot be compared/)
  // Where the hashes before and after happen to end.
  expect((await at(8, log.text(10, 20))).verified).toBe(true)
  expect((await at(24, log.text(10, 20))).verified).toBe(true)
  const young = makeLog({ ...options, size: 30 })
  expect((await at(44, young.text())).failure?.message).toMatch(/of a later state of the log/)
})

test('what the caller gives is checked before anything is read', async () => {
  await expect(verify(text, { publicKey: 'nonsense' })).rejects.toMatchObject({
    code: 'request.invalid',
    details: { field: 'publicKey' },
  })
  await expect(verify(text, { keptCheckpoints: ['nonsense'] })).rejects.toMatchObject({
    details: { field: 'keptCheckpoints[0]' },
  })
})

test('a signal ends it, and progress is told', async () => {
  await expect(verify(text, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
  const told: number[] = []
  await verify(text, { onProgress: ({ done, total }) => told.push(done, total) })
  expect(told.slice(-2)).toEqual([size, size])
})

test('what the input throws goes through', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text.slice(0, 3000))
    throw new Error('disk')
  }
  await expect(verifyExport(failing())).rejects.toThrow('disk')
})

test('a score that does not follow from its explanation is a warning with the entry', async () => {
  const term = { feature: 'relevance', value: 0.5, weight: 1, contribution: 0.5 }
  const wrong = makeLog({
    size: 4,
    bodyOf: (index) => ({
      kind: 'retrieval',
      items: [{ score: index === 2 ? 0.6 : 0.5, explanation: [term] }],
    }),
  })
  const verdict = await verify(wrong.text(), { publicKey: wrong.publicKey })
  expect(verdict).toMatchObject({ verified: true, scoreMismatches: 1 })
  expect(verdict.warnings).toEqual([{ entry: 2, line: 4, message: 'items[0].score is 0.6, not 0.5' }])
})

/** Single changes, as an attacker without the key or a broken disk would make them. */
const mutations: readonly ((random: Random) => Buffer | undefined)[] = [
  (random) => spliced(random, 1, (old) => Buffer.of((old[0] ?? 0) ^ (1 << Math.floor(8 * random())))),
  (random) => spliced(random, 0, () => Buffer.of(Math.floor(256 * random()))),
  (random) => spliced(random, 1, () => Buffer.alloc(0)),
  (random) => Buffer.from(text).subarray(0, Math.floor(Buffer.byteLength(text) * random())),
  (random) => joined(lines.toSpliced(pick(random, lines.length), 1)),
  (random) => repeated(pick(random, lines.length), pick(random, lines.length)),
  (random) => swapped(pick(random, lines.length), pick(random, lines.length)),
  (random) => recommitted(pick(random, size)),
  (random) => erased(pick(random, size)),
  (random) => joined(lines.with(lineOf(20 + pick(random, 25)), forked.entry(20 + pick(random, 25)))),
  (random) => joined(lines.toSpliced(pick(random, lines.length), 0, foreignCheckpoint(pick(random, size)))),
]

const pick = (random: Random, below: number) => Math.floor(below * random())
const joined = (parts: readonly string[]) => Buffer.from(parts.map((line) => `${line}\n`).join(''))

function spliced(random: Random, count: number, make: (old: Buffer) => Buffer): Buffer {
  const bytes = Buffer.from(text)
  const at = pick(random, bytes.length)
  return Buffer.concat([bytes.subarray(0, at), make(bytes.subarray(at, at + 1)), bytes.subarray(at + count)])
}

function repeated(from: number, to: number): Buffer {
  return joined(lines.toSpliced(to, 0, lines[from] ?? ''))
}

function swapped(a: number, b: number): Buffer {
  return joined(lines.with(a, lines[b] ?? '').with(b, lines[a] ?? ''))
}

function recommitted(index: number): Buffer {
  const salt = Buffer.alloc(32, index)
  const body = canonicalJson(bodyOf(index + 1))
  const commitment = commitmentOf(Buffer.concat([salt, Buffer.from(body)])).toString('hex')
  return joined(lines.with(lineOf(index), entryLine({ index, salt: salt.toString('hex'), body, commitment })))
}

function erased(index: number): Buffer {
  const entry = JSON.parse(lines[lineOf(index)] ?? '')
  return joined(lines.with(lineOf(index), entryLine({ ...entry, salt: null, body: null })))
}

function foreignCheckpoint(at: number): string {
  const { privateKey } = makeLog({ size: 0, seed: 'other' })
  return checkpointLine(signCheckpoint({ origin: log.origin, size: at, root: log.root(at) }, privateKey))
}

let found = 0
beforeAll(() => {
  found = 0
})

test('each of 1,100 random single changes is found', { timeout: 60_000 }, async () => {
  const random = seededRandom(20_261_122)
  for (let round = 0; round < 100; round++)
    for (const [kind, mutate] of mutations.entries()) {
      const changed = mutate(random)
      if (changed === undefined || changed.equals(Buffer.from(text))) continue
      const { verified, failure } = await verify(changed)
      if (verified) expect.fail(`round ${round}: change ${kind} was not found`)
      expect(failure?.message).not.toBe('')
      found++
    }
  expect(found).toBeGreaterThan(1000)
})

test('property: a fork anywhere before a kept checkpoint is found', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.nat(), fc.nat(), async (entries, seed, other) => {
      const forkedFrom = seed % entries
      const kept = forkedFrom + 1 + (other % (entries - forkedFrom))
      const settings = { size: entries, checkpointEvery: 8, bodyOf }
      const keptCheckpoints = [makeLog(settings).checkpoint(kept)]
      const { failure } = await verify(makeLog({ ...settings, forkedFrom }).text(), {
        publicKey: log.publicKey,
        keptCheckpoints,
      })
      expect(failure?.message).toMatch(/forked/)
      expect(failure?.firstBadEntry).toBeLessThanOrEqual(forkedFrom)
      expect(failure?.lastBadEntry).toBeGreaterThanOrEqual(forkedFrom)
    }),
  )
})
