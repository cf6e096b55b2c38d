// The documents against the code: codes, variables, commands, presets and links.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { errorCodes } from '../src/errors.ts'
import { entryKinds } from '../src/ledger/entry-draft.ts'
import { FAULTS } from '../src/simulator/index.ts'
import { runHere } from './cli/run-here.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** The commands, as one types them after `cuecard`. */
const commands = [
  'demo',
  'serve',
  'simulate',
  'retrieve',
  'doctor',
  'audit verify',
  'audit export',
  'audit prove',
  'audit checkpoint',
  'audit erase',
  'deliveries list',
  'deliveries replay',
  'insights gaps',
  'insights hygiene',
  'mirror sync',
  'mirror status',
  'mirror search',
  'keys create',
  'keys list',
  'keys revoke',
  'rank evaluate',
  'rank learn',
]

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

/** The commands that a command's help lists. */
async function commandsIn(command: readonly string[]): Promise<string[]> {
  const { stdout } = await runHere([...command, '--help'])
  const listed = stdout.split('\nCommands:\n')[1]?.matchAll(/^ {2}(\w+)/gm) ?? []
  return [...listed].map(([, name = '']) => name).filter((name) => name !== 'help')
}

test('command.md has the commands of the help, and no others', async () => {
  const found: string[] = []
  for (const name of await commandsIn([])) {
    const below = await commandsIn([name])
    found.push(...(below.length === 0 ? [name] : below.map((verb) => `${name} ${verb}`)))
  }
  expect(found).toEqual(commands)
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

/** The members of an interface, as its source has them. */
function membersOf(file: string, name: string): string[] {
  const body = read(file).split(`\nexport interface ${name} {\n`)[1]?.split('\n}\n')[0] ?? ''
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, member = '']) => member)
}

/** The names in the first column of a section's tables: of a call without its arguments. */
function namesIn(page: string, heading: string): string[] {
  const section = read(page).split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return [...section.matchAll(/^\| (`[^|]+`) \|(?! *\|$)/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)/g)].map(([, name = '']) => name),
  )
}

test.each([
  ['Calls', 'src/cuecard.ts', 'Cuecard'],
  ['Calls', 'src/retrieval/retrieve.ts', 'RetrieveOptions'],
  ['Ports', 'src/cuecard.ts', 'CuecardPorts'],
  ['Adoption', 'src/adoption/adoption-event.ts', 'AdoptionEventInput'],
  ['The record', 'src/ledger/record.ts', 'AuditTrail'],
])('library.md tells in "%s" of all that %s has in %s', (heading, file, name) => {
  const members = membersOf(file, name)
  expect(members.length).toBeGreaterThan(2)
  const documented = namesIn('docs/reference/library.md', heading)
  expect(members.filter((member) => !documented.includes(member))).toEqual([])
})

test('library.md tells of no call or port that is not there', () => {
  const there = [
    ...membersOf('src/cuecard.ts', 'Cuecard'),
    ...membersOf('src/cuecard.ts', 'CuecardPorts'),
    ...membersOf('src/retrieval/retrieve.ts', 'RetrieveOptions'),
    'idempotencyKey',
  ]
  const named = [
    ...namesIn('docs/reference/library.md', 'Calls'),
    ...namesIn('docs/reference/library.md', 'Ports'),
  ]
  expect(named.filter((name) => !there.includes(name))).toEqual([])
})

test('simulator.md has a row for each preset', () => {
  const section = read('docs/reference/simulator.md').split('\n## Presets\n')[1]?.split('\n## ')[0] ?? ''
  expect(rowsOf(section)).toEqual([...FAULTS])
})

test('dependencies.md gives a reason for each dependency, and for no other', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'))
  const tables = [...read('docs/dependencies.md').matchAll(/^\| ([@\w/*., -]+?) \|/gm)]
  const reasons = tables.flatMap(([, names = '']) => names.split(', ')).filter((name) => !/ |^-+$/.test(name))
  const fits = (name: string) =>
    reasons.includes(name) || (name.startsWith('@types/') && reasons.includes('@types/*'))
  const all = [...Object.keys(dependencies), ...Object.keys(devDependencies)]
  expect(all.filter((name) => !fits(name))).toEqual([])
  expect(reasons.filter((name) => !all.includes(name) && name !== '@types/*')).toEqual([])
})

test('audit-log.md tells of every kind of entry', () => {
  const section = read('docs/reference/audit-log.md').split('\n## What a body says\n')[1]?.split('\n## ')[0]
  expect(rowsOf(section ?? '')).toEqual([...entryKinds])
})

test('every file that lifecycle.md names is there', () => {
  const named = read('docs/lifecycle.md')
    .split('\n')
    .flatMap((line) => {
      let folder = 'src'
      // A name without a folder stands in the folder of the one before it.
      return [...line.matchAll(/(src\/[\w/.*-]+|(?<![\w/.*-])[\w-]+\.ts)\b/g)].map(([path]) => {
        if (path.startsWith('src/')) folder = dirname(path)
        return path.startsWith('src/') ? path : join(folder, path)
      })
    })
  expect(named.length).toBeGreaterThan(60)
  expect(named.filter((path) => globSync(path, { cwd: root }).length === 0)).toEqual([])
})

test('lifecycle.md draws the layers that the import rules have', () => {
  const rules = read('.dependency-cruiser.cjs').split('const layers = [')[1]?.split('\n]')[0] ?? ''
  const ruled = [...rules.matchAll(/^ {2}\[([^\]]+)\],$/gm)].map(([, names = '']) =>
    [...names.matchAll(/'([\w-]+)(?:\.ts)?'/g)].map(([, name]) => name),
  )
  const drawn = read('docs/lifecycle.md').split('\n## Which way imports point\n')[1]?.split('```')[1] ?? ''
  const rows = drawn
    .trim()
    .split('\n')
    .map((row) => row.match(/[a-z][\w-]*/g))
  expect(ruled.length).toBeGreaterThan(5)
  expect(rows).toEqual(ruled)
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
