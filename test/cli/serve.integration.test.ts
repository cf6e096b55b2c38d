// `cuecard serve` over parts that stand still: what it prints, whom it lets in, how it ends.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addServeCommand, type ServedParts } from '../../src/cli/serve-command.ts'
import type { CuecardConfig } from '../../src/config/config-schema.ts'
import { fakeCuecard, optionsOf, question } from '../http/fake-parts.ts'
import { plainTerminal } from './plain-terminal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-serve-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const genesys = {
  GENESYS_CLIENT_ID: 'simulator',
  GENESYS_CLIENT_SECRET: 'secret',
  GENESYS_API_URL: 'http://localhost',
  GENESYS_LOGIN_URL: 'http://localhost',
}

function serve(args: readonly string[] = [], environment: Record<string, string> = {}) {
  const terminal = plainTerminal()
  const ending = new AbortController()
  const started: CuecardConfig[] = []
  const parts = fakeCuecard()
  let status: number | undefined
  const context = {
    terminal,
    environment: { ...genesys, ...environment },
    signal: ending.signal,
    exitWith: (wanted: number) => {
      status = wanted
    },
  }
  const program = new Command('cuecard').exitOverride()
  addServeCommand(program, context, async (config): Promise<ServedParts> => {
    started.push(config)
    return { ...optionsOf({ cuecard: parts.cuecard }), clock: undefined }
  })
  const database = `sqlite:${join(folder, 'cuecard.db')}`
  const ended = program
    .parseAsync(['serve', '--database', database, '--port', '0', ...args], { from: 'user' })
    .then(() => status)
  return { terminal, ended, started, asked: parts.asked, interrupt: () => ending.abort() }
}

test('the first start makes a key, shows it once, and answers; to be interrupted is how it ends', async () => {
  const { terminal, ended, interrupt, asked, started } = serve()
  await terminal.find(/Ctrl-C ends it/)
  const [, url = ''] = await terminal.find(/cuecard, at (http:\/\/127\.0\.0\.1:\d+)/)
  const [key = ''] = await terminal.find(/^ck_\S+$|^\S{30,}$/m)
  expect(terminal.stdout()).toContain(`-H 'Authorization: Bearer ${key}'`)
  const file = join(folder, 'cuecard-keys.json')
  expect(started[0]?.access.apiKeysFile).toBe(file)
  expect(readFileSync(file, 'utf8')).not.toContain(key)
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  interrupt()
  expect(await ended).toBe(0)
  expect(asked.at(-1)?.call).toBe('close')
  await expect(fetch(`${url}/readyz`)).rejects.toThrow()

  const again = serve(['--json'])
  const [line] = await again.terminal.find(/^.*"url".*\n/)
  expect(JSON.parse(line)).toEqual({ url: expect.any(String), port: expect.any(Number) })
  again.interrupt()
  await again.ended
})

test('another machine may reach it only where credentials are configured', async () => {
  const { ended, started } = serve(['--host', '0.0.0.0'])
  await expect(ended).rejects.toThrow(/^http\.host: 0\.0\.0\.0 can be reached from other machines; configure/)
  expect(started).toEqual([])
  const file = join(folder, 'keys.json')
  const open = serve(['--host', '0.0.0.0', '--json'], { CUECARD_API_KEYS_FILE: file })
  const [line] = await open.terminal.find(/^.*"url".*\n/)
  expect(JSON.parse(line).url).toMatch(/^http:\/\/127\.0\.0\.1:/)
  open.interrupt()
  expect(await open.ended).toBe(0)
})

test('--verbose tells each request', async () => {
  const { terminal, ended, interrupt } = serve(['--json', '--verbose'])
  const [line] = await terminal.find(/^.*"url".*\n/)
  const { url } = JSON.parse(line)
  await fetch(`${url}/v1/retrievals`, {
    method: 'POST',
    headers: { authorization: 'Bearer service', 'content-type': 'application/json' },
    body: JSON.stringify(question),
  })
  await terminal.find(/"method":"POST","route":"\/v1\/retrievals","status":200,"ms":[\d.]+/)
  interrupt()
  await ended
})

test('a port that is taken ends it with what was started closed', async () => {
  const first = serve(['--json'])
  const [line] = await first.terminal.find(/^.*"url".*\n/)
  const second = serve(['--port', String(JSON.parse(line).port)])
  await expect(second.ended).rejects.toThrow(/is already in use/)
  expect(second.asked.at(-1)?.call).toBe('close')
  first.interrupt()
  await first.ended
})

test('a start that fails keeps no key that nobody has seen', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await expect(serve(['--port', String(port)]).ended).rejects.toMatchObject({ code: 'config.invalid' })
  server.close()
  const { terminal, ended, interrupt } = serve()
  await terminal.find(/Ctrl-C ends it/)
  expect(terminal.stdout()).toMatch(/^ck_first_\S+$/m)
  interrupt()
  await ended
})
