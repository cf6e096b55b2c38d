// A simulated organisation in one process, and the commands that talk to it in others.
import { createServer } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import type { Environment } from '../../src/config/load-config.ts'
import { type Running, runHere, startHere } from './run-here.ts'

const secret = 'a-secret-of-my-own'

let simulator: Running | undefined
afterEach(async () => {
  simulator?.interrupt()
  await simulator?.ended
})

function start(...args: string[]): Running {
  simulator = startHere(['simulate', '--latency', '0', ...args])
  return simulator
}

/** Returns the environment for the other commands. */
async function simulate(...args: string[]): Promise<Environment> {
  const { terminal } = start('--json', '--port', '0', '--client-secret', secret, ...args)
  const [line] = await terminal.find(/^.*"environment".*\n/)
  expect(line).not.toContain(secret)
  return { ...JSON.parse(line).environment, GENESYS_CLIENT_SECRET: secret }
}

test('it prints what to copy, and what is copied works', async () => {
  const { terminal } = start('--port', '0')
  await terminal.find(/Ctrl-C ends it/)
  const exports = [...terminal.stdout().matchAll(/^export (\w+)=(\S+)$/gm)]
  const copied = Object.fromEntries(exports.map(([, name, value]) => [name, value]))
  expect(Object.keys(copied)).toEqual([
    'GENESYS_API_URL',
    'GENESYS_LOGIN_URL',
    'GENESYS_CLIENT_ID',
    'GENESYS_CLIENT_SECRET',
  ])
  const { status, stdout } = await runHere(['retrieve', '--query', 'my card was stolen abroad'], copied)
  expect(stdout).toMatch(
    /^ 1\. \d\.\d\d {2}Card lost or stolen abroad.*\n +relevance \d\.\d\d \+ compliant 0\.20/,
  )
  expect(stdout).toMatch(/● fresh {2}answered in \d+ ms/)
  expect(status).toBe(0)
})

test('to be interrupted is how it ends, and its port is free again', async () => {
  const { GENESYS_API_URL = '' } = await simulate()
  simulator?.interrupt()
  expect(await simulator?.ended).toMatchObject({ status: 0, stderr: '' })
  await expect(fetch(GENESYS_API_URL)).rejects.toThrow()
})

test('a port that was asked for and is busy is an error; the default gives way', async () => {
  const blocker = createServer().listen(4310, '127.0.0.1')
  // Where another program has the port already, it is busy all the same.
  await new Promise<void>((resolve) => {
    blocker.once('listening', resolve)
    blocker.once('error', () => resolve())
  })
  try {
    const refused = await runHere(['simulate', '--port', '4310'])
    expect(refused.stderr).toMatch(/^Port 4310 on 127\.0\.0\.1 is already in use/)
    expect(refused.status).toBe(2)
    const [, port] = await start('--json').terminal.find(/"port":(\d+)/)
    expect(port).not.toBe('4310')
  } finally {
    blocker.close()
  }
})

test('another address than loopback is warned of', async () => {
  const { terminal } = start('--json', '--host', '0.0.0.0', '--port', '0')
  const [, url] = await terminal.find(/"url":"([^"]+)"/)
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/)
  expect(terminal.stderr()).toMatch(/^Warning: 0\.0\.0\.0 can be reached from other machines/)
})

test('--verbose tells each request', async () => {
  const environment = await simulate('--verbose', '--faults', 'flaky')
  await runHere(['retrieve', '--query', 'lost card'], environment)
  const [line] = (await simulator?.terminal.find(/^.*"operation":"suggestions".*$/m)) ?? ['']
  expect(JSON.parse(line)).toMatchObject({ operation: 'suggestions', status: expect.any(Number) })
})

test('retrieve --json prints exactly the reply', async () => {
  const environment = await simulate()
  const { status, stdout, stderr } = await runHere(
    [
      ...['retrieve', '--json', '--query', 'my card was stolen abroad', '--entity', 'card-classic'],
      ...['--tag', 'fraud', '--tag', 'card', '--max-results', '3', '--interaction', 'i-1', '--agent', 'a-1'],
    ],
    environment,
  )
  const reply = JSON.parse(stdout)
  expect(reply).toMatchObject({
    interactionId: 'i-1',
    freshness: { status: 'fresh' },
    degraded: null,
    profile: 'tutorial',
  })
  expect(reply.items).toHaveLength(3)
  for (const { score, explanation } of reply.items)
    expect(score).toBe(
      explanation.reduce((sum: number, term: { contribution: number }) => sum + term.contribution, 0),
    )
  expect(stderr).toBe('')
  expect(status).toBe(0)
})

test('an honest empty result says why, and is no failure', async () => {
  const environment = await simulate()
  const { status, stdout } = await runHere(['retrieve', '--query', 'xyzzy plugh'], environment)
  expect(stdout).toContain('(nothing.found)')
  expect(status).toBe(0)
})

test('when nothing can be had the reason and the next step are told, with status 1', async () => {
  const environment = await simulate('--faults', 'outage')
  const ask = ['retrieve', '--query', 'lost card', '--timeout', '300']
  const { status, stdout, stderr } = await runHere(ask, environment)
  expect(stdout).toMatch(/^○ none/)
  expect(stdout).toMatch(/503/)
  expect(stderr).toBe('Run `cuecard doctor` to see what is wrong.\n')
  expect(status).toBe(1)
  expect((await runHere([...ask, '--json'], environment)).status).toBe(1)
})

test('a latency budget that is configured counts, and --timeout goes before it', async () => {
  const environment = await simulate('--faults', 'hang')
  const took = async (more: Environment, ...args: string[]) => {
    const ask = ['retrieve', '--json', '--query', 'lost card', ...args]
    return JSON.parse((await runHere(ask, { ...environment, ...more })).stdout).timings.totalMs
  }
  expect(await took({ CUECARD_LATENCY_BUDGET_MS: '300' })).toBeLessThan(1000)
  expect(await took({ CUECARD_LATENCY_BUDGET_MS: '20000' }, '--timeout', '300')).toBeLessThan(1000)
})

test('to be interrupted ends a retrieval at once', async () => {
  const environment = await simulate('--faults', 'hang')
  const asking = startHere(['retrieve', '--query', 'lost card', '--timeout', '60000'], environment)
  for (let stats = ''; !stats.includes('hang'); )
    stats = await (await fetch(`${environment.GENESYS_API_URL}/simulator/stats`)).text()
  asking.interrupt()
  expect(await asking.ended).toEqual({ status: undefined, stdout: '', stderr: '' })
})

test('the doctor finds a healthy organisation well', async () => {
  const { status, stdout } = await runHere(['doctor'], await simulate())
  expect(stdout).not.toContain('✗')
  expect(stdout).toMatch(/✓ credentials .*valid for 24 h/)
  expect(stdout).toMatch(/All is well\.\n$/)
  expect(stdout).not.toContain(secret)
  expect(status).toBe(0)
})

test('the doctor says what to do', async () => {
  const environment = await simulate('--faults', 'missing-permission')
  const { status, stdout } = await runHere(['doctor', '--json'], environment)
  const { ok, findings } = JSON.parse(stdout)
  expect(ok).toBe(false)
  expect(findings).toContainEqual({
    name: 'knowledge bases',
    result: 'failed',
    message: expect.stringContaining('permission'),
    advice: expect.stringContaining('role'),
  })
  expect(stdout).not.toContain(secret)
  expect(status).toBe(1)
})

test('the doctor names every missing setting, with status 2', async () => {
  const { status, stdout } = await runHere(['doctor'], { GENESYS_CLIENT_ID: 'id' })
  expect(stdout).toContain('GENESYS_CLIENT_SECRET')
  expect(stdout).toContain('GENESYS_REGION')
  expect(status).toBe(2)
})

test('--play plays its conversations at the speed that was asked for', async () => {
  const { GENESYS_API_URL = '' } = await simulate('--play', '--speed', '1000')
  const plays = async (): Promise<{ playing: number; played: number }> =>
    JSON.parse(await (await fetch(`${GENESYS_API_URL}/simulator/plays`)).text())
  let stats = await plays()
  while (stats.played < 3) stats = await plays()
  expect(stats.playing + stats.played).toBe(16)
})
