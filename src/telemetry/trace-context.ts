// W3C Trace Context, level 2: the `traceparent` header, read strictly and written as version 00.
import type { Random } from '../random.ts'

/** Where a request stands in a trace. */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, not all 0. */
  readonly traceId: string
  /** 16 of them: the caller's span when it was read, the own one when it is sent. */
  readonly spanId: string
  readonly sampled: boolean
  /** Level 2: at least the last 7 bytes of the trace id are random. */
  readonly random: boolean
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** Of a header; undefined for one that breaks the rules, so that a new trace begins (W3C, 4.3). */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] = form.exec(header ?? '') ?? []
  if (version === undefined || version === 'ff') return undefined
  // Later versions may add parts; this one has none.
  if (version === '00' && more !== undefined) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  const bits = Number.parseInt(flags, 16)
  return { traceId, spanId, sampled: (bits & 1) !== 0, random: (bits & 2) !== 0 }
}

export function formatTraceparent({ traceId, spanId, sampled, random }: TraceContext): string {
  return `00-${traceId}-${spanId}-0${Number(sampled) + 2 * Number(random)}`
}

/** A new span below `parent`, or at the root of a new trace, which is not sampled. */
export function nextTraceContext(random: Random, parent?: TraceContext): TraceContext {
  const root = () => ({ traceId: hexDigits(random, 32), sampled: false, random: true })
  return { ...(parent ?? root()), spanId: hexDigits(random, 16) }
}

/** So many random digits, eight at a time, and never all 0, which both ids must not be. */
function hexDigits(random: Random, count: number): string {
  let text = ''
  while (text.length < count - 8) text += eightDigits(random() * 2 ** 32)
  return text + eightDigits(1 + random() * (2 ** 32 - 1))
}

function eightDigits(number: number): string {
  return Math.floor(number).toString(16).padStart(8, '0')
}
