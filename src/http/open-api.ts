// The OpenAPI 3.1 document, made from the routes themselves. By hand: @fastify/swagger reads fastify's JSON schemas, which
// no route has, since zod reads the requests and nothing serialises the replies.
import { z } from 'zod'
import { permissions } from '../access/actor.ts'
import { type ProblemCode, problems } from './problems.ts'
import type { Route } from './route.ts'

type Json = Readonly<Record<string, unknown>>

/** What any request may be answered, whatever its route. */
const ofAnyRequest: readonly ProblemCode[] = [
  'request.malformed',
  'method_not_allowed',
  'request.timeout',
  'expectation.failed',
  'headers.too_large',
  'internal',
]

/** What a route may answer besides its good answer. */
export function problemsOf({ permission, body, query, path, headers, problems = [] }: Route): ProblemCode[] {
  const codes: ProblemCode[] = [...problems, ...ofAnyRequest]
  if (permission !== undefined)
    codes.push('access.unauthenticated', 'access.denied', 'rate.limited', 'overloaded')
  if (body !== undefined) codes.push('body.malformed', 'body.too_large', 'body.unsupported')
  if (body ?? query ?? headers ?? (permission && path.includes('{'))) codes.push('request.invalid')
  return [...new Set(codes)]
}

export function openApiOf(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routes) {
    paths[route.path] ??= {}
    Object.assign(paths[route.path] ?? {}, { [route.method.toLowerCase()]: operationOf(route) })
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'cuecard',
      version,
      description: 'Agent assist for Genesys Cloud. Errors are problem documents (RFC 9457).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: "An API key, a JWT of the configured issuer, or an agent's own Genesys token.",
        },
      },
      schemas: { Problem: problemSchema },
      responses: Object.fromEntries(
        byStatus(ofAnyRequest).map(([status, codes]) => [status, problemAnswer(codes)]),
      ),
    },
  }
}

const problemSchema: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'One sentence.' },
    instance: { type: 'string', description: 'The id of the request, as in X-Request-Id.' },
    code: { type: 'string', enum: Object.keys(problems) },
    field: { type: 'string', description: 'The path of the field at fault.' },
  },
}

function operationOf(route: Route): Json {
  const { name, summary, permission, body } = route
  const parameters = parametersOf(route)
  return {
    operationId: name,
    summary,
    ...(permission === undefined
      ? { security: [] }
      : { description: `For the role ${permissions[permission].join(' or ')}.` }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: body.optional !== true,
        content: { 'application/json': { schema: schemaOf(body.schema, 'input'), example: body.example } },
      },
    }),
    responses: responsesOf(route),
  }
}

function parametersOf({ path, query, headers = {}, optionalHeaders = {} }: Route): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inHeaders = Object.entries({ ...headers, ...optionalHeaders }).map(([name, description]) => ({
    name,
    in: 'header',
    required: name in headers,
    description,
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  }))
  const ofQuery = query === undefined ? {} : schemaOf(query, 'input').properties
  const inQuery = Object.entries((ofQuery ?? {}) as Record<string, Json>).map(
    ([name, { description, ...schema }]) => ({
      name,
      in: 'query',
      ...(description !== undefined && { description }),
      schema,
    }),
  )
  return [...inPath, ...inHeaders, ...inQuery]
}

function responsesOf(route: Route): Json {
  const { status, description, or, types = [], schema } = route.answer
  const content = {
    ...Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }])),
    ...((schema !== undefined || (types.length === 0 && status !== 204)) && {
      'application/json': { schema: schema === undefined ? { type: 'object' } : schemaOf(schema, 'output') },
    }),
  }
  const good = (description: string) => ({
    description,
    ...(Object.keys(content).length > 0 && { content }),
  })
  const bad = byStatus(problemsOf(route)).map(([status, codes]) => [
    status,
    codes.every((code) => ofAnyRequest.includes(code))
      ? { $ref: `#/components/responses/${status}` }
      : problemAnswer(codes),
  ])
  return {
    [status]: good(description),
    ...(or && { [or.status]: good(or.description) }),
    ...Object.fromEntries(bad),
  }
}

function byStatus(codes: readonly ProblemCode[]): [number, ProblemCode[]][] {
  return [...Map.groupBy(codes, (code) => problems[code].status)].sort(([a], [b]) => a - b)
}

function problemAnswer(codes: readonly ProblemCode[]): Json {
  const told = codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' ')
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }],
  }
  const headers = {
    Allow: { required: true, description: 'The methods of this path.', schema: { type: 'string' } },
  }
  return {
    description: told,
    ...(codes.includes('method_not_allowed') && { headers }),
    content: { 'application/problem+json': { schema } },
  }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return json
}
