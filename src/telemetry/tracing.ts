// OpenTelemetry spans through its API alone: whoever runs cuecard brings the SDK, and without one nothing is made.
import {
  type Attributes,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { CuecardError } from '../errors.ts'
import type { AskedSource } from '../retrieval/content-source.ts'
import type { TraceContext } from './trace-context.ts'

const name = 'cuecard'

/** The tracer of the registered SDK; undefined while there is none. */
function registeredTracer(): Tracer | undefined {
  const provider = trace.getTracerProvider()
  // The API's own provider stands in until an SDK comes, and tells so by having no tracer to hand on.
  if ('getDelegateTracer' in provider && typeof provider.getDelegateTracer === 'function')
    return provider.getDelegateTracer(name)
  return provider.getTracer(name)
}

/** Whether an SDK is registered, so that a span is worth its attributes. */
export function isTracingEnabled(): boolean {
  return registeredTracer() !== undefined
}

/** How a span begins. */
export interface SpanSettings {
  readonly attributes?: Attributes
  /** Of the request's `traceparent`: the span goes below it instead of the one under way here. */
  readonly parent?: TraceContext | undefined
  readonly kind?: SpanKind
}

/**
 * Runs `work` inside a span; what comes back at once does so here too. Names are from a closed set: `retrieve`,
 * `source <name>`, `genesys <operation>`.
 */
export function inSpan<T>(spanName: string, settings: SpanSettings, work: (span: Span | undefined) => T): T {
  const tracer = registeredTracer()
  if (tracer === undefined) return work(undefined)
  const { attributes = {}, parent, kind = SpanKind.INTERNAL } = settings
  const above = parent === undefined ? context.active() : remote(parent)
  const span = tracer.startSpan(spanName, { kind, attributes }, above)
  const done = (result: unknown, failed: boolean) => {
    if (failed) markFailed(span, result)
    span.end()
  }
  let result: T
  try {
    result = context.with(trace.setSpan(above, span), () => work(span))
  } catch (error) {
    done(error, true)
    throw error
  }
  if (!(result instanceof Promise)) {
    done(result, false)
    return result
  }
  result.then(
    (value) => done(value, false),
    (error: unknown) => done(error, true),
  )
  return result
}

function remote({ traceId, spanId, sampled }: TraceContext) {
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number(sampled), isRemote: true })
}

/** The code alone: messages may quote what the other side said. */
function markFailed(span: Span, error: unknown): void {
  span.setAttribute('error.type', error instanceof CuecardError ? error.code : 'unknown')
  span.setStatus({ code: SpanStatusCode.ERROR })
}

/** A source with a span for each question. */
export function withTracing(source: AskedSource): AskedSource {
  const spanName = `source ${source.name}`
  const attributes = { 'cuecard.source': source.name }
  return {
    name: source.name,
    ask(inquiry, call) {
      if (!isTracingEnabled()) return source.ask(inquiry, call)
      return inSpan(spanName, { attributes }, (span) => {
        const answer = source.ask(inquiry, call)
        span?.setAttribute('cuecard.at_hand', !(answer instanceof Promise))
        return answer
      })
    },
  }
}

/** The context of the span under way, to be written into a reply or a request; undefined where there is none. */
export function activeTraceContext(): TraceContext | undefined {
  const span = trace.getSpanContext(context.active())
  if (span === undefined || !trace.isSpanContextValid(span)) return undefined
  const { traceId, spanId, traceFlags } = span
  return { traceId, spanId, sampled: (traceFlags & 1) !== 0, random: (traceFlags & 2) !== 0 }
}
