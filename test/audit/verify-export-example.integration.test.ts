// A verifier in another language, written from docs/reference/audit-log.md: it must judge as ours does.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { verifyExport } from '../../src/audit/index.ts'
import { seededRandom } from '../../src/random.ts'
import { makeLog } from './make-export.ts'
import { exampleExports } from './worked-example.ts'

const script = fileURLToPath(new URL('../../examples/verify-export.py', import.meta.url))
const hasPython = spawnSync('python3', ['--version']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'cuecard-'))
afterAll(() => rmSync(folder, { recursive: true }))

function python(bytes: Uint8Array | string, ...key: string[]): string {
  const file = join(folder, 'export.jsonl')
  writeFileSync(file, bytes)
  return execFileSync('sh', ['-c', '"$@" || true', 'sh', 'python3', script, file, ...key], {
    encoding: 'utf8',
  }).trim()
}

const log = makeLog({ size: 40, checkpointEvery: 16, isErased: (index) => index % 5 === 4 })

// In CI its absence is a failure.
const withPython = test.skipIf(!hasPython && process.env.CI === undefined)

withPython('it verifies the worked example, whole logs and parts', () => {
  expect(python(exampleExports.whole, exampleExports.publicKey)).toBe(
    'verified: 2 readable, 1 erased, size 3',
  )
  expect(python(exampleExports.part)).toBe('verified: 0 readable, 1 erased, size 3')
  expect(python(log.text(), log.publicKey)).toBe('verified: 32 readable, 8 erased, size 40')
  expect(python(log.text(7, 33), log.publicKey)).toMatch(/^verified: 21 readable, 5 erased/)
  expect(python(log.text(), exampleExports.publicKey)).toBe('NOT verified: line 1: another key')
})

withPython('it finds what ours finds, in the same line', async () => {
  const random = seededRandom(7)
  for (let round = 0; round < 30; round++) {
    const bytes = Buffer.from(log.text(0, 12))
    const at = Math.floor(random() * bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(127 * random()))
    async function* input(): AsyncGenerator<Uint8Array> {
      yield bytes
    }
    const { failure } = await verifyExport(input(), { publicKey: log.publicKey })
    expect(failure).not.toBeNull()
    expect(python(bytes, log.publicKey)).toMatch(new RegExp(`^NOT verified: line ${failure?.line}: `))
  }
})
