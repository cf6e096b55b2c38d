// `cuecard deliveries` over a record in memory.
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addDeliveriesCommand } from '../../src/cli/deliveries-command.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { MemoryOutbox } from '../delivery/memory-outbox.ts'
import { errorOf } from '../testing/outcome.ts'
import { plainTerminal } from './plain-terminal.ts'

/** One message that waits, one that was given up, to `crm`; one that waits to `bi`. */
async function start() {
  const outbox = new MemoryOutbox(new FakeClock())
  outbox.append(['crm', 'bi'])
  const id = outbox.append(['crm'])
  await outbox.settle([{ id, endpoint: 'crm', result: 'dead', error: 'The receiver answered 500\u001b[2J' }])
  let open = 0
  const run = async (...args: string[]) => {
    const terminal = plainTerminal(100)
    let status = 0
    const context = {
      terminal,
      environment: {},
      signal: new AbortController().signal,
      exitWith: (wanted: number) => {
        status = wanted
      },
    }
    const program = new Command('cuecard').exitOverride().configureOutput({ writeErr: () => {} })
    addDeliveriesCommand(program, context, async () => {
      open++
      return {
        deliveries: outbox,
        close: async () => {
          open--
        },
      }
    })
    await program.parseAsync(['deliveries', ...args], { from: 'user' })
    return { stdout: terminal.stdout(), status }
  }
  return { outbox, run, stillOpen: () => open }
}

test('lists what waits and what was given up, with its last error made harmless', async () => {
  const { run, stillOpen } = await start()
  const { stdout } = await run('list')
  expect(stdout.split('\n').slice(0, 5)).toEqual([
    'id     endpoint  state    attempts  due',
    'msg_0  crm       pending         0  2026-01-05T09:00:00.000Z',
    'msg_0  bi        pending         0  2026-01-05T09:00:00.000Z',
    'msg_1  crm       dead            1',
    '  The receiver answered 500 [2J',
  ])
  expect(stillOpen()).toBe(0)
})

test('takes a state, an endpoint and a limit', async () => {
  const { run } = await start()
  const { stdout } = await run('list', '--state', 'dead', '--endpoint', 'crm', '--json')
  expect(JSON.parse(stdout)).toEqual({
    deliveries: [expect.objectContaining({ id: 'msg_1', state: 'dead' })],
  })
  expect((await run('list', '--limit', '1')).stdout).toContain('There may be more')
  expect((await run('list', '--endpoint', 'nobody')).stdout).toBe(
    'No message waits, and none was given up.\n',
  )
  await expect(run('list', '--state', 'lost')).rejects.toThrow('Allowed choices are pending, dead')
  await expect(run('list', '--limit', '0')).rejects.toThrow('whole number from 1 to 1000')
})

test('sends dead letters again, by name or all of them', async () => {
  const { run, outbox } = await start()
  expect(await run('replay', 'msg_0')).toEqual({
    stdout: 'None of these is a dead letter; `cuecard deliveries list --state dead` shows those there are.\n',
    status: 1,
  })
  expect(await run('replay', 'msg_1', '--json')).toEqual({ stdout: '{"replayed":1}\n', status: 0 })
  expect(await outbox.list({ state: 'dead' })).toEqual([])
  await outbox.disable('bi', 'gone')
  expect(await run('replay', '--all')).toEqual({
    stdout: 'No dead letter was found. Endpoints that were switched off are on again.\n',
    status: 0,
  })
  expect(await outbox.backlog()).toMatchObject([{ disabled: null }, {}])
})

test('asks which, rather than guess', async () => {
  const { run, stillOpen } = await start()
  for (const args of [['replay'], ['replay', '--all', 'msg_1']])
    expect(await errorOf(run(...args))).toMatchObject({ code: 'request.invalid', details: { field: 'ids' } })
  expect(stillOpen()).toBe(0)
})
