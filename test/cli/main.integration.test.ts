// The process: exit status, signals and streams.
import { expect, test } from 'vitest'
import { cuecard, startCuecard } from './start-cuecard.ts'

test('the exit status is that of the command, and what went wrong is on stderr', async () => {
  const { status, stdout, stderr } = await cuecard(['retrieve', '--query', 'ab'])
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toBe('--query: must have 3 to 2000 characters. Run `cuecard retrieve --help` for usage.\n')
})

test('a reader who stops reading ends it quietly', async () => {
  const { child, ended } = startCuecard(['--help'])
  child.stdout?.destroy()
  expect(await ended).toEqual({ status: 0, stdout: '', stderr: '' })
})

test.each([
  ['simulate --port 0', 'SIGINT', 0],
  ['simulate --port 0', 'SIGTERM', 0],
  ['demo --port 0', 'SIGINT', 0],
  ['demo --port 0', 'SIGTERM', 0],
  ['demo --once --speed 1', 'SIGINT', 130],
  ['demo --once --speed 1', 'SIGTERM', 143],
] as const)('%s ends by %s with status %i', async (command, signal, status) => {
  const { child, find, ended } = startCuecard(command.split(' '))
  await find(/Ctrl-C ends it|answered in/)
  child.kill(signal)
  const { stderr, ...end } = await ended
  expect(end).toMatchObject({ status })
  // On a machine that is this busy a thread may answer late, and the demo says so.
  expect(stderr.replace(/^.*The database did not answer within .*\n/gm, '')).toBe('')
})

test('in a pipe nothing is coloured', async () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape is what it looks for.
  expect((await cuecard(['doctor'])).stdout).not.toMatch(/\u001b/)
})
