// Spans through the API alone: none without an SDK, the right ones below each other with one.
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Context,
  type ContextManager,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { afterEach, expect, test } from 'vitest'
import { CuecardError } from '../../src/errors.ts'
import { activeTraceContext, inSpan, isTracingEnabled, withTracing } from '../../src/telemetry/tracing.ts'
import { answerOf, callOf, inquiryOf } from '../testing/source-answers.ts'

interface Recorded {
  readonly name: string
  readonly spanId: string
  readonly traceId: string
  readonly parent: string | undefined
  readonly attributes: Record<string, unknown>
  status: number
  ended: number
}

/** The least that passes for an SDK. */
function registerSdk(): Recorded[] {
  const recorded: Recorded[] = []
  const storage = new AsyncLocalStorage<Context>()
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...values) => storage.run(active, () => work.call(self as never, ...values)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  }
  const startSpan = (name: string, options: SpanOptions = {}, above = manager.active()): Span => {
    const parent = trace.getSpanContext(above)
    const entry: Recorded = {
      name,
      spanId: String(recorded.length + 1).padStart(16, '0'),
      traceId: parent?.traceId ?? 'a'.repeat(32),
      parent: parent?.spanId,
      attributes: { ...options.attributes },
      status: 0,
      ended: 0,
    }
    recorded.push(entry)
    const span = {
      spanContext: () => ({ traceId: entry.traceId, spanId: entry.spanId, traceFlags: 1 }),
      setAttribute: (key: string, value: unknown) => {
        entry.attributes[key] = value
        return span
      },
      setStatus: ({ code }: { code: number }) => {
        entry.status = code
        return span
      },
      end: () => {
        entry.ended++
      },
    } as unknown as Span
    return span
  }
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) as unknown as Tracer })
  context.setGlobalContextManager(manager)
  return recorded
}

afterEach(() => {
  trace.disable()
  context.disable()
})

const answer = answerOf('a', 0)
const source = withTracing({ name: 'a', ask: () => answer })
const ask = () => source.ask(inquiryOf(), callOf(100))

test('without an SDK nothing is made, and what is at hand stays at hand', () => {
  expect(isTracingEnabled()).toBe(false)
  expect(ask()).toBe(answer)
  expect(inSpan('retrieve', {}, (span) => span)).toBeUndefined()
  expect(activeTraceContext()).toBeUndefined()
})

test('spans lie below each other, below the caller, and end once', async () => {
  const recorded = registerSdk()
  expect(isTracingEnabled()).toBe(true)
  const parent = { traceId: 'b'.repeat(32), spanId: 'c'.repeat(16), sampled: true, random: false }
  const inside = await inSpan('retrieve', { parent }, async () => {
    await Promise.resolve()
    ask()
    return activeTraceContext()
  })
  expect(recorded).toMatchObject([
    { name: 'retrieve', traceId: parent.traceId, parent: parent.spanId, ended: 1, status: 0 },
    { name: 'source a', parent: recorded[0]?.spanId, ended: 1, status: 0 },
  ])
  expect(recorded[1]?.attributes).toEqual({ 'cuecard.source': 'a', 'cuecard.at_hand': true })
  expect(inside).toEqual({ ...parent, spanId: recorded[0]?.spanId })
})

test('with an SDK, what is at hand still comes at once', () => {
  registerSdk()
  expect(ask()).toBe(answer)
})

test('a failure marks its span by the code, never by the message', async () => {
  const recorded = registerSdk()
  const failure = new CuecardError('genesys.forbidden', 'the secret is 42')
  const refuse = () => {
    throw failure
  }
  expect(() => inSpan('genesys searching knowledge', {}, refuse)).toThrow(failure)
  await expect(inSpan('retrieve', {}, async () => refuse())).rejects.toBe(failure)
  for (const span of recorded)
    expect(span).toMatchObject({ status: 2, ended: 1, attributes: { 'error.type': 'genesys.forbidden' } })
  expect(JSON.stringify(recorded)).not.toContain('42')
})
