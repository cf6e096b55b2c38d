// W3C Trace Context: what is read, what is refused, and what is written.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/random.ts'
import { formatTraceparent, nextTraceContext, parseTraceparent } from '../../src/telemetry/trace-context.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'

test('the example of the recommendation is read and written', () => {
  const header = `00-${traceId}-${spanId}-01`
  const context = parseTraceparent(header)
  expect(context).toEqual({ traceId, spanId, sampled: true, random: false })
  expect(context && formatTraceparent(context)).toBe(header)
})

test.each<[string, string | undefined]>([
  ['nothing', undefined],
  ['an empty text', ''],
  ['version ff', `ff-${traceId}-${spanId}-01`],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
  ['a span id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['upper case', `00-${traceId.toUpperCase()}-${spanId}-01`],
  ['a short trace id', `00-${traceId.slice(1)}-${spanId}-01`],
  ['a long span id', `00-${traceId}-${spanId}0-01`],
  ['version 00 with more', `00-${traceId}-${spanId}-01-more`],
  ['a later version with more that is not set apart', `01-${traceId}-${spanId}-01more`],
  ['no hexadecimal flags', `00-${traceId}-${spanId}-0g`],
  ['space around it', ` 00-${traceId}-${spanId}-01`],
  ['a line end', `00-${traceId}-${spanId}-01\n`],
  ['two headers in one', `00-${traceId}-${spanId}-01,00-${traceId}-${spanId}-01`],
])('%s is no context', (_, header) => {
  expect(parseTraceparent(header)).toBeUndefined()
})

test.each(['', '-', '-what-ever-follows'])(
  'a later version with "%s" at its end is read as far as known',
  (more) => {
    expect(parseTraceparent(`cc-${traceId}-${spanId}-ff${more}`)).toEqual({
      traceId,
      spanId,
      sampled: true,
      random: true,
    })
  },
)

test('what is made can be read again, keeps its trace, and has a span of its own', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = seededRandom(seed)
      const root = nextTraceContext(random)
      const below = nextTraceContext(random, root)
      for (const context of [root, below])
        expect(parseTraceparent(formatTraceparent(context))).toEqual(context)
      expect(below.traceId).toBe(root.traceId)
      expect(below.spanId).not.toBe(root.spanId)
    }),
  )
})

test('not even the smallest chance makes an id of zeros', () => {
  for (const chance of [0, 1 - 2 ** -53]) {
    const context = nextTraceContext(() => chance)
    expect(parseTraceparent(formatTraceparent(context))).toEqual(context)
  }
})
