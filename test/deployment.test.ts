// Dockerfile, compose file and unit: what they name is there, and every variable is one that cuecard reads.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { variables } from '../src/config/load-config.ts'

const pathOf = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const read = (path: string) => readFileSync(pathOf(path), 'utf8')

const dockerfile = read('Dockerfile')
const unit = read('examples/cuecard.service')
const compose = parse(read('examples/compose.yaml'))

const settings = new Set([
  ...variables.map(({ name }) => name),
  ...['CUECARD_CONFIG_FILE', 'CUECARD_WEBHOOK_URL', 'CUECARD_WEBHOOK_SECRET'],
])
const isSetting = (name: string) => settings.has(name) || settings.has(name.replace(/_FILE$/, ''))

test.each(['Dockerfile', 'examples/compose.yaml', 'examples/cuecard.service', 'docs/operations.md'])(
  'every variable in %s is one that cuecard reads',
  (file) => {
    const named = new Set(read(file).match(/\b(?:CUECARD|GENESYS)_[A-Z_]+\b/g))
    expect([...named].filter((name) => !isSetting(name))).toEqual([])
  },
)

describe('the Dockerfile', () => {
  const stages = dockerfile.split(/^FROM /m).slice(1)
  const final = stages.at(-1) ?? ''

  test('copies files that there are, and .dockerignore lets through those and no others', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from = '']) =>
      from.split(' '),
    )
    expect(copied.filter((path) => !existsSync(pathOf(path)))).toEqual([])
    const [all, ...let_through] = read('.dockerignore').trim().split('\n').slice(1)
    expect(all).toBe('*')
    expect(let_through.sort()).toEqual([...new Set(copied)].map((path) => `!${path}`).sort())
  })

  test('ships what the package ships, examples excepted', () => {
    const { files } = JSON.parse(read('package.json')) as { files: string[] }
    for (const path of files.filter((path) => !path.startsWith('examples/'))) expect(final).toContain(path)
  })

  test('ends in an image without build tools or root, that looks after its health', () => {
    expect(final).not.toMatch(/^RUN .*\b(npm|apt|apk)\b/m)
    expect(final).toMatch(/^USER node$/m)
    expect(final).toMatch(/^VOLUME \/data$/m)
    expect(final).toMatch(/^HEALTHCHECK /m)
    for (const stage of stages) expect(stage).toMatch(/^node:24-slim\b/)
  })

  test('asks its health with a program that parses', () => {
    const [, program = '""'] = /"-e", ("(?:[^"\\]|\\.)*")/.exec(final) ?? []
    expect(() => new Function(JSON.parse(program))).not.toThrow()
  })
})

describe('the compose file', () => {
  test('gives every secret as a file, and every service a health check', () => {
    for (const [name, service] of Object.entries<Record<string, unknown>>(compose.services)) {
      // The image brings cuecard's own.
      expect(name === 'cuecard' || service.healthcheck !== undefined, name).toBe(true)
      for (const secret of (service.secrets ?? []) as string[])
        expect(compose.secrets).toHaveProperty([secret])
      const environment = Object.entries((service.environment ?? {}) as Record<string, string>)
      for (const [variable, value] of environment)
        if (/SECRET|PASSWORD/.test(variable)) expect(value).toMatch(/^\/run\/secrets\//)
    }
    for (const { file } of Object.values<{ file: string }>(compose.secrets))
      expect(file).toMatch(/^\.\/secrets\//)
  })

  test('keeps cuecard without rights that it does not need', () => {
    expect(compose.services.cuecard).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    })
    expect(compose.services.cuecard.ports).toEqual(['127.0.0.1:4300:4300'])
  })
})

describe('the unit', () => {
  test('starts the command that the package installs, hardened', () => {
    const { bin, name } = JSON.parse(read('package.json'))
    expect(unit).toContain(`/node_modules/${name}/${bin.cuecard} serve`)
    for (const line of [
      'DynamicUser=yes',
      'ProtectSystem=strict',
      'NoNewPrivileges=yes',
      'StateDirectory=cuecard',
    ])
      expect(unit).toContain(`\n${line}\n`)
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute/m)
  })

  test('has every credential that its variables point to', () => {
    const loaded = [...unit.matchAll(/^LoadCredential=([\w-]+):/gm)].map(([, credential]) => credential)
    const used = [...unit.matchAll(/%d\/([\w-]+)/g)].map(([, credential]) => credential)
    expect(used).toEqual(loaded)
  })
})
