// One request through the simulator, without sockets and without waiting: what is answered, after how long, how broken.
import type { Clock } from '../clock.ts'
import { FaultInjector, type Verdict } from './fault-injector.ts'
import type { FaultKind, Latency, ParsedFaultPlan } from './fault-plan.ts'
import type { Operation } from './operation.ts'
import { Refusal } from './refusal.ts'
import { type Call, type Found, type Reply, type Route, RouteTable, type SimulatorRequest } from './route.ts'
import { stableId } from './stable-id.ts'
import { type Token, type Tokens, tooManyRequests } from './tokens.ts'

/** The largest request body, in bytes. */
export const maxBodyBytes = 1024 * 1024

/** How an answer travels: whole, in pieces over a time, cut in the middle, as a broken connection, or never. */
export type Delivery = 'whole' | 'slow' | 'cut' | 'reset' | 'never'

/** The fate of one request. */
export interface Exchange {
  readonly operation: Operation | 'control'
  readonly fault: FaultKind | undefined
  /** From the request's arrival to the first byte of the answer. */
  readonly delayMs: number
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly delivery: Delivery
  /** From the first byte to the last; 0 unless `delivery` is `slow`. */
  readonly bodyMs: number
}

/** What was asked and how it was answered, since the start. */
export interface CallCounts {
  /** By operation, then by status; `hang` and `reset` stand where no answer was sent. */
  readonly calls: Record<string, Record<string, number>>
  /** Faults injected, by kind. */
  readonly faults: Record<string, number>
}

export interface CoreSettings {
  readonly clock: Clock
  readonly seed: number
  readonly tokens: Tokens
  readonly latency: Latency
  readonly scopes: readonly string[] | undefined
  /** Granted permissions; absent: all. */
  readonly permissions: readonly string[] | undefined
}

/** Without a token: a socket's address is itself the secret. */
const openOperations: ReadonlySet<string> = new Set(['token', 'control', 'notification-socket'])

const undisturbed: Verdict = { delayMs: 0, fault: undefined }

export class SimulatorCore {
  readonly counts: CallCounts = { calls: {}, faults: {} }
  readonly #settings: CoreSettings
  #routes = new RouteTable([])
  #faults: FaultInjector
  #requests = 0

  constructor(settings: CoreSettings) {
    this.#settings = settings
    this.#faults = this.#injector(undefined)
  }

  setRoutes(routes: readonly Route[]): void {
    this.#routes = new RouteTable(routes)
  }

  setFaults(plan: ParsedFaultPlan | undefined): void {
    this.#faults = this.#injector(plan)
  }

  handle(request: SimulatorRequest): Exchange {
    const { method, target } = request
    const mark = target.indexOf('?')
    const path = mark === -1 ? target : target.slice(0, mark)
    const query = mark === -1 ? '' : target.slice(mark)
    const found = this.#routes.find(method, path)
    const operation = found instanceof Refusal ? 'unknown' : found.route.operation
    const control = operation === 'control'
    const correlationId = stableId('request', this.#settings.seed, control ? 0 : ++this.#requests)
    const verdict = control ? undisturbed : this.#faults.judge(operation, method, path)
    const headers: Record<string, string> = { 'inin-correlation-id': correlationId }
    const call = {
      path,
      query: new URLSearchParams(query),
      headers: request.headers,
      body: request.body,
      correlationId,
    }
    const reply = this.#answer(found, call, verdict.fault, headers)
    const exchange = deliver(operation, verdict, reply, headers)
    if (!control) this.#count(operation, exchange)
    return exchange
  }

  /** The answer, errors included; `headers` gains those that every answer past the door carries. */
  #answer(
    found: Found | Refusal,
    call: Omit<Call, 'params' | 'token'>,
    fault: Verdict['fault'],
    headers: Record<string, string>,
  ): Reply {
    try {
      if (fault?.kind === 'outage') throw new Refusal(503, 'The service is down.')
      // Nobody will see an answer: the request is lost before anything is done.
      if (fault?.kind === 'hang' || fault?.kind === 'reset') return { status: 0 }
      if (found instanceof Refusal) throw found
      if (Buffer.byteLength(call.body) > maxBodyBytes)
        throw new Refusal(413, `The request body is larger than ${maxBodyBytes} bytes.`)
      const { route, params } = found
      const token = openOperations.has(route.operation)
        ? undefined
        : this.#admit(route, call.headers, fault, headers)
      if (fault?.kind === 'rate-limit') throw tooManyRequests(fault.retryAfterSeconds)
      if (fault?.kind === 'status') throw injectedStatus(fault.status, fault.retryAfterSeconds)
      return route.handle({ ...call, params, token })
    } catch (error) {
      const refusal =
        error instanceof Refusal
          ? error
          : new Refusal(500, `The simulator itself failed: ${(error as Error).message}`)
      Object.assign(headers, refusal.details.headers)
      return { status: refusal.status, body: refusal.body(call.correlationId) }
    }
  }

  #admit(
    route: Route,
    requestHeaders: SimulatorRequest['headers'],
    fault: Verdict['fault'],
    headers: Record<string, string>,
  ): Token {
    const { tokens, permissions, scopes } = this.#settings
    if (fault?.kind === 'revoke-tokens') tokens.revokeAll()
    const { authorization } = requestHeaders
    const token = tokens.authenticate(typeof authorization === 'string' ? authorization : undefined)
    Object.assign(headers, tokens.spend(token))
    if (route.scope !== undefined && scopes !== undefined && !scopes.includes(route.scope))
      throw new Refusal(403, `The token was not granted the scope ${route.scope}.`, {
        code: 'app.not.authorized.for.scope',
        params: { scope: route.scope },
      })
    const missing = fault?.kind === 'missing-permission' ? (fault.permission ?? route.permission) : undefined
    const lacking = permissions?.includes(route.permission ?? '') === false ? route.permission : undefined
    const permission = missing ?? lacking
    if (permission !== undefined)
      throw new Refusal(403, `This takes the permission ${permission}, which the client lacks.`, {
        code: 'missing.permissions',
        params: { permissions: permission },
      })
    return token
  }

  #injector(plan: ParsedFaultPlan | undefined): FaultInjector {
    const { latency, clock, seed } = this.#settings
    return new FaultInjector(plan ?? { seed, rules: [] }, latency, clock)
  }

  #count(operation: Operation, { status, delivery, fault }: Exchange): void {
    const outcome = delivery === 'never' ? 'hang' : delivery === 'reset' ? 'reset' : String(status)
    const { calls, faults } = this.counts
    calls[operation] ??= {}
    add(calls[operation], outcome)
    if (fault !== undefined) add(faults, fault)
  }
}

function add(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1
}

function injectedStatus(status: number, retryAfterSeconds: number | undefined): Refusal {
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  return new Refusal(status, `The fault plan answers ${status}.`, { headers })
}

const deliveries: Partial<Record<FaultKind, Delivery>> = {
  hang: 'never',
  reset: 'reset',
  truncate: 'cut',
  'slow-body': 'slow',
}

function deliver(
  operation: Exchange['operation'],
  { delayMs, fault }: Verdict,
  reply: Reply,
  headers: Record<string, string>,
): Exchange {
  let body = reply.json ?? (reply.body === undefined ? '' : JSON.stringify(reply.body))
  // What has no body cannot be damaged.
  if (body !== '') {
    headers['content-type'] = 'application/json'
    if (fault?.kind === 'wrong-shape') body = JSON.stringify(misshapen(JSON.parse(body)))
    if (fault?.kind === 'wrong-json') body = `${body.slice(0, -1)},,`
  }
  return {
    operation,
    fault: fault?.kind,
    delayMs,
    status: reply.status,
    headers: Object.assign(headers, reply.headers),
    body,
    delivery: (fault && deliveries[fault.kind]) ?? 'whole',
    bodyMs: fault?.kind === 'slow-body' ? fault.ms : 0,
  }
}

/** The same keys with values of another type: what a contract change looks like to a client. */
function misshapen(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return null
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => {
      if (Array.isArray(value)) return [key, {}]
      if (typeof value === 'object') return [key, []]
      return [key, typeof value === 'string' ? 0 : 'unexpected']
    }),
  )
}
