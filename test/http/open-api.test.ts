// Table, document and description of the errors, and of the routes, held together.
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { errorCodes } from '../../src/errors.ts'
import { problemsOf } from '../../src/http/open-api.ts'
import { type ProblemCode, problemOf, problems } from '../../src/http/problems.ts'
import { retrievalSchema } from '../../src/http/reply-schemas.ts'
import { fakeService, question, retrieval } from './fake-parts.ts'

const page = readFileSync(new URL('../../docs/reference/http.md', import.meta.url), 'utf8')

interface Operation {
  readonly operationId: string
  readonly security?: readonly unknown[]
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[]
  readonly requestBody?: { readonly content: Record<string, { schema: object; example: unknown }> }
  readonly responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>
}
interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: { readonly Problem: object } }
}

async function read() {
  const service = fakeService()
  const document: Document = (await service.get('/openapi.json', {})).json()
  return { ...service, document }
}

const ajv = new Ajv2020({ strict: false })
addFormats.default(ajv)

test('the document has every route, and no other', async () => {
  const { document, routes, app } = await read()
  expect(document.openapi).toBe('3.1.0')
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(operations.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort())
  for (const { method, path } of routes)
    expect(app.hasRoute({ method, url: path.replaceAll(/\{(\w+)\}/g, ':$1') }), path).toBe(true)
  const names = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((one) => one.operationId),
  )
  expect(new Set(names).size).toBe(names.length)
})

test('every schema compiles, and every example keeps its own', async () => {
  const { document } = await read()
  for (const [path, methods] of Object.entries(document.paths))
    for (const operation of Object.values(methods)) {
      for (const { schema } of operation.parameters ?? []) ajv.compile(schema)
      for (const { content = {} } of Object.values(operation.responses))
        for (const { schema } of Object.values(content))
          ajv.compile({ ...schema, components: document.components })
      for (const { schema, example } of Object.values(operation.requestBody?.content ?? {}))
        expect(ajv.validate(schema, example), path).toBe(true)
    }
})

test('path parameters are those of the path', async () => {
  const { document } = await read()
  for (const [path, methods] of Object.entries(document.paths))
    for (const { parameters = [] } of Object.values(methods))
      expect(parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`)).toEqual(
        path.match(/\{\w+\}/g) ?? [],
      )
})

test('what is open to anyone says so, and nothing below /v1 is', async () => {
  const { document } = await read()
  for (const [path, methods] of Object.entries(document.paths))
    for (const { security } of Object.values(methods))
      expect(security, path).toEqual(path.startsWith('/v1/') ? undefined : [])
})

test('every problem of a route stands under its status', async () => {
  const { document, routes } = await read()
  for (const route of routes) {
    const operation = document.paths[route.path]?.[route.method.toLowerCase()]
    for (const code of problemsOf(route))
      expect(operation?.responses[problems[code].status]?.description).toContain(`\`${code}\``)
  }
})

test('the table has every error code, and each answer is a problem as the document describes it', async () => {
  const { document } = await read()
  expect(Object.keys(problems)).toEqual(expect.arrayContaining(Object.keys(errorCodes)))
  const body = JSON.parse(problemOf(new Error('x'), 'id').body)
  expect(ajv.validate(document.components.schemas.Problem, body)).toBe(true)
})

test('http.md lists exactly the codes of the table, with their status', () => {
  const listed = [...page.matchAll(/^\| `([\w.]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ])
  const table = (Object.keys(problems) as ProblemCode[]).map((code) => [code, problems[code].status])
  expect(listed).toEqual(table)
})

test('http.md names every route, and no other', async () => {
  const { routes } = await read()
  const named = [...page.matchAll(/^\| `(GET|POST|PUT) (\/\S+)`/gm)].map(
    ([, method, path]) => `${method} ${path}`,
  )
  expect(named.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort())
})

test('a retrieval has the form that is described', async () => {
  const { post } = await read()
  expect(retrievalSchema.parse((await post('/v1/retrievals', question)).json())).toEqual(retrieval)
})
