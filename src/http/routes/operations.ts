// What orchestrators, monitors and clients' generators ask: is it alive, is it ready, how does it do, what is its API.
import type { Clock } from '../../clock.ts'
import type { PartHealth } from '../../ledger/record.ts'
import type { ServiceOptions } from '../ports.ts'
import { HttpRefusal } from '../problems.ts'
import { healthzSchema, readyzSchema } from '../reply-schemas.ts'
import { type Route, sendJson } from '../route.ts'

/** What the other routes do not know. */
export interface Operations {
  readonly clock: Clock
  readonly isEnding: () => boolean
  /** Called when the service ends, by which each reply that would go on for long ends itself. */
  readonly endings: Set<() => void>
  readonly openApi: () => string
}

export function operationRoutes(
  options: ServiceOptions,
  { clock, isEnding, openApi }: Operations,
): readonly Route[] {
  const health = boundedHealth(options, clock)
  return [
    {
      method: 'GET',
      path: '/healthz',
      name: 'isAlive',
      summary: 'Whether the process lives.',
      answer: { status: 200, description: 'It lives.', schema: healthzSchema },
      handle: (_, reply) => sendJson(reply, { status: 'alive' }),
    },
    {
      method: 'GET',
      path: '/readyz',
      name: 'isReady',
      summary: 'Whether it can serve: each part that is configured.',
      answer: {
        status: 200,
        description: 'It can serve.',
        or: { status: 503, description: 'It cannot serve: `parts` says why.' },
        schema: readyzSchema,
      },
      async handle(_, reply) {
        const parts = await health()
        // Without Genesys it serves what it knows: no reason to send agents elsewhere.
        const ready = !isEnding() && Object.values(parts).every(({ ok, essential }) => ok || !essential)
        const well = Object.values(parts).every(({ ok }) => ok)
        const status = isEnding() ? 'ending' : !ready ? 'not_ready' : well ? 'ready' : 'degraded'
        return sendJson(reply, { status, parts }, ready ? 200 : 503)
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      name: 'metrics',
      summary: "Figures in Prometheus's text form.",
      answer: { status: 200, description: 'The figures.', types: ['text/plain'] },
      problems: ['not_found'],
      async handle(_, reply) {
        if (options.metrics === undefined) throw new HttpRefusal('not_found', 'This service has no metrics.')
        const { contentType, body } = await options.metrics()
        return reply.type(contentType).send(body)
      },
    },
    {
      method: 'GET',
      path: '/openapi.json',
      name: 'openApi',
      summary: 'This document.',
      answer: { status: 200, description: 'OpenAPI 3.1.' },
      handle: (_, reply) => reply.type('application/json; charset=utf-8').send(openApi()),
    },
  ]
}

const healthWithinMs = 2000
const healthForMs = 1000

/** Anyone may ask: one look at the parts serves all who ask within a second, and none of them waits long for it. */
function boundedHealth({ cuecard }: ServiceOptions, clock: Clock) {
  type Health = Readonly<Record<string, PartHealth>>
  let last: { readonly at: number; readonly health: Promise<Health> } | undefined
  const look = () =>
    new Promise<Health>((resolve) => {
      const fail = (message: string) => resolve({ service: { ok: false, essential: true, message } })
      const cancel = clock.after(healthWithinMs, () => fail('A part did not tell its state in time.'), true)
      cuecard
        .health()
        .then(resolve, () => fail('The state of the parts cannot be told.'))
        .finally(cancel)
    })
  return (): Promise<Health> => {
    if (last === undefined || clock.now() - last.at >= healthForMs) last = { at: clock.now(), health: look() }
    return last.health
  }
}
