// The `traceparent` of what happens here on a request's behalf.
import { formatTraceparent, parseTraceparent } from '../telemetry/trace-context.ts'

/**
 * `received` goes on where it is valid, else a trace begins that nobody has asked to be sampled. `id` is a UUID that no
 * other request has: trace and span are named after it, which costs less than new random numbers.
 */
export function traceparentOf(received: string | string[] | undefined, id: string): string {
  const spanId = id.slice(19, 23) + id.slice(24)
  const parent = parseTraceparent(typeof received === 'string' ? received : undefined)
  const traceId = id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + spanId
  return formatTraceparent({ traceId, sampled: false, random: false, ...parent, spanId })
}
