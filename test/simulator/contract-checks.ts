// Answers and requests held against Genesys's published definition, where it is at hand.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { expect } from 'vitest'
import type { Answer } from './sample-organisation.ts'

const file =
  process.env.CUECARD_GENESYS_CONTRACT ??
  fileURLToPath(new URL('../../../shared/contract/genesys-publicapi-subset.json', import.meta.url))

interface Schema {
  properties?: Record<string, unknown>
  additionalProperties?: unknown
}
interface Operation {
  readonly parameters: readonly { readonly in: string; readonly name?: string; readonly schema?: object }[]
  readonly responses: Record<string, { readonly schema?: object }>
  readonly 'x-inin-requires-permissions'?: { readonly permissions: readonly string[] }
}
interface Contract {
  readonly definitions: Record<string, Schema>
  readonly paths: Record<string, Record<string, Operation>>
}

/**
 * Validates against a schema of the contract; a property that the contract does not name is an error too. Undefined
 * where the contract is not at hand.
 */
export function contractChecks() {
  if (!existsSync(file)) return undefined
  const contract = JSON.parse(readFileSync(file, 'utf8')) as Contract
  for (const schema of Object.values(contract.definitions))
    if (schema.properties !== undefined) schema.additionalProperties ??= false
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  for (const format of ['int32', 'int64', 'float', 'double', 'interval']) ajv.addFormat(format, true)
  // Genesys's own selfUri is relative, although its definition says uri.
  ajv.addFormat('uri', /^(https?:\/\/[^\s]+|\/api\/v2\/[^\s]+)$/)
  ajv.addSchema({ $id: 'contract', definitions: contract.definitions })
  const problems = (schema: object, value: unknown): unknown => {
    const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"contract#/'))
    const validate = ajv.compile(absolute)
    return validate(value) ? [] : validate.errors
  }
  const operationOf = (path: string, method: string): Operation => {
    const operation = contract.paths[path]?.[method]
    if (operation === undefined) throw new Error(`The contract has no ${method} ${path}`)
    return operation
  }
  return {
    answer(path: string, method: string, { status, body }: Answer): void {
      const { responses } = operationOf(path, method)
      expect(Object.keys(responses)).toContain(String(status))
      const schema = responses[String(status)]?.schema
      if (schema === undefined) expect(body).toBeUndefined()
      else expect(problems(schema, body)).toEqual([])
    },
    request(path: string, method: string, body: unknown): void {
      const schema = operationOf(path, method).parameters.find((parameter) => parameter.in === 'body')?.schema
      expect(problems(schema ?? {}, body)).toEqual([])
    },
    /** Each parameter of the query is one that the operation has. */
    query(path: string, method: string, query: URLSearchParams): void {
      const { parameters } = operationOf(path, method)
      const names = parameters.flatMap((parameter) =>
        parameter.in === 'query' ? (parameter.name ?? []) : [],
      )
      expect(names).toEqual(expect.arrayContaining([...query.keys()]))
    },
    permissions: (path: string, method: string) =>
      operationOf(path, method)['x-inin-requires-permissions']?.permissions,
  }
}
