// What the command says to those who ask for help, and to those who ask for something it cannot do.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Environment } from '../../src/config/load-config.ts'
import { runHere } from './run-here.ts'

const folder = mkdtempSync(join(tmpdir(), 'cuecard-'))
afterAll(() => rmSync(folder, { recursive: true }))

// Loads every command: that is no test's own time.
beforeAll(() => runHere(['--help']), 60_000)

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const malformed = file('malformed.jsonl', '{"id":"a","title":"t","body":"b"}\n{"id":"b",\n')
const untitled = file('untitled.jsonl', '{"id":"a","body":"b"}\n')
const plan = file('plan.yaml', 'rules:\n  - fault: { kind: earthquake }\n')
const eventless = file('eventless.jsonl', '{"id":"c","turns":[]}\n')
const settings = file('settings.yaml', 'genesys:\n  clientSecret: top-secret-value\n')

/** Nothing listens there: whatever is sent fails with another error than the one expected. */
const complete = {
  GENESYS_CLIENT_ID: 'id',
  GENESYS_CLIENT_SECRET: 'top-secret-value',
  GENESYS_API_URL: 'http://127.0.0.1:1',
  GENESYS_LOGIN_URL: 'http://127.0.0.1:1',
}

const query = ['--query', 'lost card']
const window = ['--available-from', '2026-02-01T00:00:00Z', '--available-until', '2026-01-01T00:00:00Z']

describe('bad input is one sentence, the next step, and status 2', () => {
  test.each<[args: string[], message: RegExp, environment?: Environment]>([
    [['--nope'], /^Unknown option '--nope'\. Run `cuecard --help`/],
    [['retreive'], /^Unknown command 'retreive'\. Did you mean retrieve\?/],
    [['retrieve', '--qeury', 'x'], /Did you mean --query\? Run `cuecard retrieve --help`/],
    [['retrieve', ...query, 'more'], /Too many arguments/],
    [['retrieve', ...query, '--max-results', 'abc'], /--max-results.* whole number from 1 to 50/],
    [['retrieve', ...query, '--max-results', '0'], /--max-results.* whole number from 1 to 50/],
    [['retrieve', ...query, '--max-results', '51'], /--max-results.* whole number from 1 to 50/],
    [['retrieve', ...query, '--min-relevance', '2'], /--min-relevance.* number from 0 to 1/],
    [['retrieve'], /^Nothing to look for: give --query, --entity or --tag\./],
    [['retrieve', '--tag', ''], /^--tag: must have 1 to 128 characters\./],
    [['retrieve', '--query', 'ab'], /^--query: must have 3 to 2000 characters\./],
    [['retrieve', '--query', 'a\u0007bc'], /^--query: must not hold control characters\./],
    [['retrieve', ...query, '--language', 'not_a_tag!'], /^--language: must be a BCP 47 language tag/],
    [['retrieve', ...query, ...window], /^--available-until: must be after --available-from\./],
    [['retrieve', ...query, ...window.slice(2)], /^--available-from and --available-until need each other\./],
    [['retrieve', ...query, '--available-from', 'May', ...window.slice(2)], /^--available-from: .*ISO 8601/],
    [['retrieve', ...query], /GENESYS_CLIENT_SECRET.*`cuecard doctor`/, { GENESYS_CLIENT_SECRET: '' }],
    [['retrieve', ...query], /GENESYS_REGION/, { GENESYS_API_URL: '' }],
    [['retrieve', ...query], /"mars" is not a Genesys Cloud region/, { GENESYS_REGION: 'mars' }],
    [['retrieve', ...query, '--config', 'none.yaml'], /none\.yaml cannot be read/],
    [['retrieve', ...query, '--config', settings], /clientSecret must not stand in/],
    [['simulate', '--port', '99999'], /--port.* whole number from 0 to 65535/],
    [['simulate', '--latency', '-1'], /--latency.* whole number from 0/],
    [['simulate', '--quota', '0'], /--quota/],
    [['simulate', '--faults', 'nonsense'], /neither a file nor a preset "nonsense"; the presets are slow,/],
    [['simulate', '--faults', plan], /^The fault plan's rules\[0\]\.fault/],
    [['simulate', '--articles', malformed], /malformed\.jsonl, line 2: not valid JSON/],
    [['simulate', '--articles', untitled], /untitled\.jsonl, line 1: title/],
    [['simulate', '--articles', 'none.jsonl'], /none\.jsonl cannot be read/],
    [['simulate', '--articles', folder], /cannot be read/],
    [['rank', 'evaluat'], /Did you mean evaluate\? Run `cuecard rank --help`/],
    [['rank', 'evaluate', '--articles', 'a'], /--conversations/],
    [['rank', 'evaluate', '--articles', malformed, '--conversations', malformed], /line 2/],
    [['rank', 'evaluate', '--articles', 'a', '--conversations', 'b', '--profile', 'x'], /tutorial/],
    [
      ['rank', 'evaluate', '--articles', 'samples/articles.jsonl', '--conversations', eventless],
      /nothing to measure/,
    ],
    [['demo', '--speed', '0'], /--speed.* number from 0\.1 to 100/],
  ])('cuecard %j', async (args, message, environment) => {
    const { status, stdout, stderr } = await runHere(args, { ...complete, ...environment })
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).not.toMatch(/^\s+at |top-secret-value/m)
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })

  test('with --json an error is JSON on stderr', async () => {
    const { status, stderr } = await runHere(['retrieve', '--query', 'ab', '--json'], complete)
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'request.invalid',
        message: '--query: must have 3 to 2000 characters.',
        nextStep: 'Run `cuecard retrieve --help` for usage.',
      },
    })
    expect(status).toBe(2)
  })
})

describe('help', () => {
  test.each([
    [['--help']],
    [['demo', '--help']],
    [['simulate', '--help']],
    [['retrieve', '--help']],
    [['doctor', '--help']],
    [['help', 'rank']],
    [['rank', 'evaluate', '--help']],
  ])('cuecard %j', async (args) => {
    const { status, stdout, stderr } = await runHere(args)
    expect(stdout).toMatch(/^Usage: cuecard/)
    expect(stderr).toBe('')
    expect(status).toBe(0)
    if (args.at(-1) === '--help' && args.length > 1) expect(stdout).toContain('\nExample:\n  cuecard ')
  })

  test('the version is that of the package', async () => {
    const { stdout, status } = await runHere(['--version'])
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(status).toBe(0)
  })

  test('alone it prints its help to stderr', async () => {
    const { status, stdout, stderr } = await runHere([])
    expect(stderr).toMatch(/^Usage: cuecard/)
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })
})
