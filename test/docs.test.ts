// The documents against the code: codes, variables, commands, presets and links.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { errorCodes } from '../src/errors.ts'
import { FAULTS } from '../src/simulator/index.ts'
import { runHere } from './cli/run-here.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** The commands, as one types them after `cuecard`. */
const commands = ['demo', 'simulate', 'retrieve', 'doctor', 'rank evaluate']

/** What stands in backquotes at the start of a table's row. */
function rowsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name)
}

test('errors.md lists exactly the codes there are', () => {
  const ofReplies = ['nothing.asked', 'nothing.found', 'nothing.eligible']
  expect(rowsOf(read('docs/reference/errors.md'))).toEqual([...Object.keys(errorCodes), ...ofReplies])
})

test('configuration.md names every variable of the environment', () => {
  const source = read('src/config/load-config.ts')
  const variables = new Set(source.match(/\b(?:GENESYS|CUECARD)_[A-Z_]+\b/g))
  expect(variables.size).toBeGreaterThan(10)
  const documented = read('docs/reference/configuration.md')
  expect([...variables].filter((name) => !documented.includes(`\`${name}\``))).toEqual([])
})

test('command.md has the commands of the help, and no others', async () => {
  const { stdout } = await runHere(['--help'])
  const listed = stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}(\w+)/gm)
  const names = [...listed].map(([, name = '']) => name).filter((name) => name !== 'help')
  expect(names).toEqual(commands.map((command) => command.split(' ')[0]))
  const sections = [...read('docs/reference/command.md').matchAll(/^## (.+)$/gm)].map(([, title]) => title)
  expect(sections).toEqual(commands)
})

test.each(commands)('command.md has the options of %s, and no others', async (command) => {
  const { stdout } = await runHere([...command.split(' '), '--help'])
  const options = [...stdout.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, name]) => name)
  const section = read('docs/reference/command.md').split(`\n## ${command}\n`)[1]?.split('\n## ')[0] ?? ''
  const documented = rowsOf(section).map((row) => row.split(' ')[0])
  expect(documented).toEqual(options)
})

test('simulator.md has a row for each preset', () => {
  const section = read('docs/reference/simulator.md').split('\n## Presets\n')[1]?.split('\n## ')[0] ?? ''
  expect(rowsOf(section)).toEqual([...FAULTS])
})

test('every relative link points to a file, and to a heading where it names one', () => {
  const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root })]
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !isThere(page, target))
      .map((target) => `${page}: ${target}`),
  )
  expect(broken).toEqual([])
})

function isThere(page: string, target: string): boolean {
  const [path = '', heading] = target.split('#')
  const file = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(root, file))) return false
  return heading === undefined || headingsOf(read(file)).includes(heading)
}

/** As GitHub names them. */
function headingsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
