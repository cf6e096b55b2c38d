import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, expect, test } from 'vitest'
import { addAuditVerifyCommand } from '../../src/cli/audit-verify-command.ts'
import { makeLog } from '../audit/make-export.ts'
import { plainTerminal } from './plain-terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'cuecard-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const log = makeLog({ size: 12, checkpointEvery: 4, isErased: (index) => index === 3 })
const whole = file('export.jsonl', log.text())
const altered = file(
  'altered.jsonl',
  log.text().replace('"retrieval-5', '"retrieval-6').replace('retrieval-5', 'retrieval-6'),
)
const key = file('log.pub', `${log.publicKey}\n`)
const kept = file('kept.txt', log.checkpoint(8))
const forked = file('forked.jsonl', makeLog({ size: 12, checkpointEvery: 4, forkedFrom: 6 }).text())

async function run(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const terminal = plainTerminal()
  let status = 0
  const audit = new Command('audit').exitOverride()
  addAuditVerifyCommand(audit, {
    terminal,
    environment: {},
    signal: new AbortController().signal,
    exitWith: (wanted) => {
      status = wanted
    },
  })
  await audit.parseAsync(['verify', ...args], { from: 'user' })
  return { status, stdout: terminal.stdout(), stderr: terminal.stderr() }
}

test('a good export is verified, with the key itself or a file of it, and checkpoints that were kept', async () => {
  for (const given of [key, log.publicKey]) {
    const { status, stdout } = await run(whole, '--public-key', given, '--checkpoint', kept)
    expect(status).toBe(0)
    expect(stdout).toContain('Verified.\n')
    expect(stdout).toContain('11 readable, 1 erased')
    expect(stdout).toContain('1 kept by you')
  }
})

test('without a key it says what is not shown', async () => {
  const { status, stdout } = await run(whole)
  expect(status).toBe(0)
  expect(stdout).toContain('The export agrees with itself.')
  expect(stdout).toContain('anyone could have made it. Give --public-key.')
})

test('an altered export is not verified, and the entry and line are named', async () => {
  const { status, stdout } = await run(altered, '--public-key', key)
  expect(status).toBe(1)
  expect(stdout).toMatch(/^NOT verified: entry 5, line 8: /)
})

test('a forked log is not verified against a kept checkpoint', async () => {
  const { status, stdout } = await run(forked, '--public-key', key, '--checkpoint', kept)
  expect(status).toBe(1)
  expect(stdout).toContain('the first bad entry is one of 0 to 7')
  expect(stdout).toContain('forked')
})

test('--json prints the verdict', async () => {
  const { stdout, status } = await run(altered, '--json', '--public-key', key)
  expect(status).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ verified: false, failure: { line: 8, firstBadEntry: 5 } })
})

test.each([
  [['missing.jsonl'], /^the file missing\.jsonl cannot be read: there is no such file$/],
  [[whole, '--public-key', 'missing.pub'], /^the file missing\.pub cannot be read: there is no such file$/],
  [[whole, '--public-key', kept], /^--public-key: a verifier key has the form/],
  [[whole, '--checkpoint', kept, '--checkpoint', key], /^--checkpoint \S+log\.pub: it is no checkpoint/],
  [[folder], /cannot be read: it is a folder$/],
  [
    [
      file(
        'e.csv',
        'index,at,kind,agentId,interactionId,retrievalId,query,contentIds,scores,freshness,type,contentId,body\n',
      ),
    ],
    /e\.csv is a CSV export, which cannot be verified; export the JSONL form, with `cuecard audit export --format jsonl`$/,
  ],
])('wrong input is told in a sentence: %j', async (args, message) => {
  await expect(run(...args)).rejects.toThrow(message)
})
