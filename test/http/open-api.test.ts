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
  readonly responses: Record<string, Answer | { readonly $ref: string }>
}
interface Answer {
  readonly description: string
  readonly headers?: object
  readonly content?: Record<string, { schema: object }>
}
interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: {
    readonly schemas: { readonly Problem: object }
    readonly responses: Record<string, Answer>
  }
}

async function read() {
  const service = fakeService()
  const document: Document = (await service.get('/openapi.json', {})).json()
  const answersOf = (path: string, method: string): Record<string, Answer | undefined> =>
    Object.fromEntries(
      Object.entries(document.paths[path]?.[method.toLowerCase()]?.responses ?? {}).map(
        ([status, answer]) => [
          status,
          '$ref' in answer
            ? document.components.responses[answer.$ref.replace('#/components/responses/', '')]
            : answer,
        ],
      ),
    )
  return { ...service, document, answersOf }
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
  const { components } = document
  const compile = (answer: Operation['responses'][string]) => {
    if ('$ref' in answer) return
    for (const { schema } of Object.values(answer.content ?? {})) ajv.compile({ ...schema, components })
  }
  Object.values(components.responses).forEach(compile)
  for (const [path, methods] of Object.entries(document.paths))
    for (const operation of Object.values(methods)) {
      for (const { schema } of operation.parameters ?? []) ajv.compile(schema)
      Object.values(operation.responses).forEach(compile)
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

test('what is open to anyone says so, and below /v1 that is the sign-in alone', async () => {
  const { document } = await read()
  for (const [path, methods] of Object.entries(document.paths))
    for (const { security } of Object.values(methods))
      expect(security, path).toEqual(path.startsWith('/v1/') && path !== '/v1/sessions' ? undefined : [])
})

test('every problem of a route stands under its status, and no status is there without a reason', async () => {
  const { answersOf, routes } = await read()
  for (const route of routes) {
    const responses = answersOf(route.path, route.method)
    const { status, or } = route.answer
    const statuses = new Set([status, ...(or ? [or.status] : [])].map(String))
    for (const code of problemsOf(route)) {
      const told = String(problems[code].status)
      statuses.add(told)
      expect(responses[told]?.description, route.path).toContain(`\`${code}\``)
      expect(Object.keys(responses[told]?.headers ?? {})).toEqual(told === '405' ? ['Allow'] : [])
    }
    expect(Object.keys(responses).sort(), route.path).toEqual([...statuses].sort())
  }
})

test('what any request may meet before its route, every route tells of', async () => {
  const { routes } = await read()
  for (const route of routes)
    expect(problemsOf(route).map((code) => problems[code].status)).toEqual(
      expect.arrayContaining([400, 405, 408, 417, 431, 500]),
    )
})

test('a service that is not ready answers as the document says', async () => {
  const { answersOf } = await read()
  const health = async () => ({ database: { ok: false, essential: true, message: 'It is away.' } })
  const reply = await fakeService({}, { health }).get('/readyz', {})
  expect(reply.statusCode).toBe(503)
  const { schema = false } = answersOf('/readyz', 'get')['503']?.content?.['application/json'] ?? {}
  expect(ajv.validate(schema, reply.json())).toBe(true)
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
  const named = [...page.matchAll(/^\| `(GET|POST|PUT|DELETE) (\/\S+)`/gm)].map(
    ([, method, path]) => `${method} ${path}`,
  )
  expect(named.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort())
})

test('a retrieval has the form that is described', async () => {
  const { post } = await read()
  expect(retrievalSchema.parse((await post('/v1/retrievals', question)).json())).toEqual(retrieval)
})
