// Writes the tables of the reference that are made from the code: `node scripts/reference-tables.ts`.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { configSchema } from '../src/config/config-schema.ts'
import { variables } from '../src/config/load-config.ts'
import { type MetricDescription, metricList } from '../src/telemetry/metric-list.ts'

/** Each page, and the table between its two marks. */
export const pages: readonly (readonly [page: string, table: () => string])[] = [
  ['docs/reference/configuration.md', configurationTable],
  ['docs/reference/metrics.md', metricsTable],
]

const marks = /(<!-- made by scripts\/reference-tables\.ts -->\n)[\s\S]*?(<!-- end -->)/

/** The page as it must be. @throws Error when its marks are missing. */
export function pageWithTable(page: string, table: string): string {
  if (!marks.test(page)) throw new Error('The page has no marks for its table')
  return page.replace(marks, (_, begin: string, end: string) => `${begin}${table}\n${end}`)
}

/** Variables that are no plain setting: see `loadConfig`. */
const special: Readonly<Record<string, string>> = {
  'delivery.webhooks[].url': 'CUECARD_WEBHOOK_URL',
  'delivery.webhooks[].secrets': 'CUECARD_WEBHOOK_SECRET',
}

type Schema = z.core.JSONSchema.JSONSchema

function configurationTable(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' })
  const rows = settingsOf(schema, '')
    .sort(byPart)
    .map(([path, setting]) => {
      const variable = variables.find((known) => known.path.join('.') === path)?.name ?? special[path]
      return [
        `\`${path}\``,
        variable === undefined ? '' : `\`${variable}\``,
        valuesOf(setting),
        setting.default === undefined ? '' : `\`${JSON.stringify(setting.default).replaceAll('"', '')}\``,
        setting.description ?? '',
      ]
    })
  return tableOf(['setting', 'variable', 'values', 'default', 'meaning'], rows)
}

/** By the part of the file they stand in, Genesys first; within it as in the schema. */
function byPart([a]: [string, Schema], [b]: [string, Schema]): number {
  const [of, other] = [partOf(a), partOf(b)]
  if (of === other) return 0
  return of < other ? -1 : 1
}

function partOf(path: string): string {
  const part = path.split(/[.[]/)[0] ?? ''
  return part === 'genesys' ? '' : part
}

/** Each setting that has a value of its own, by its path. */
function settingsOf(schema: Schema, path: string): [string, Schema][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    if (typeof property === 'boolean') return []
    const at = path === '' ? name : `${path}.${name}`
    if (property.properties !== undefined) return settingsOf(property, at)
    const below = property.type === 'array' ? settingsOf(itemsOf(property), `${at}[]`) : []
    return [[at, property] as [string, Schema], ...below]
  })
}

function itemsOf({ items }: Schema): Schema {
  return typeof items === 'object' && !Array.isArray(items) ? items : {}
}

function valuesOf(schema: Schema): string {
  const { enum: values, minimum, maximum, anyOf, type, format } = schema
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ')
  if (type === 'integer' || type === 'number') return `${minimum}..${maximum}`
  if (type === 'boolean') return '`true`, `false`'
  if (type === 'array') return `list of ${listed[String(itemsOf(schema).type)] ?? 'secrets'}`
  if (type === 'object') return 'object'
  if (format === 'uri') return 'address'
  // A secret, which the library may hand over as an object.
  return anyOf === undefined ? 'text' : 'text, secret'
}

const listed: Readonly<Record<string, string>> = { object: 'objects', string: 'texts' }

function metricsTable(): string {
  const rows = Object.entries<MetricDescription>(metricList).map(([name, { type, labels, help }]) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    help,
  ])
  return tableOf(['metric', 'type', 'labels', 'meaning'], rows)
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |')
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, table] of pages) {
    const file = new URL(`../${name}`, import.meta.url)
    writeFileSync(file, pageWithTable(readFileSync(file, 'utf8'), table()))
  }
