import fc from 'fast-check'
import { expect, test } from 'vitest'
import { traceparentOf } from '../../src/http/traceparent.ts'

const id = '0198f2a0-7d3e-8a4b-9c5d-000000000001'
const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const span = '9c5d000000000001'

test('a valid trace goes on with a span of this service', () => {
  expect(traceparentOf(`00-${trace}-00f067aa0ba902b7-01`, id)).toBe(`00-${trace}-${span}-01`)
  expect(traceparentOf(`00-${trace}-00f067aa0ba902b7-00`, id)).toBe(`00-${trace}-${span}-00`)
})

test('a later version goes on as this one', () => {
  expect(traceparentOf(`cc-${trace}-00f067aa0ba902b7-ff-more`, id)).toBe(`00-${trace}-${span}-03`)
})

test.each([
  undefined,
  '',
  `ff-${trace}-00f067aa0ba902b7-01`,
  `00-${trace}-00f067aa0ba902b7-01-more`,
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${trace}-${'0'.repeat(16)}-01`,
  `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`,
  `00-${trace}-00f067aa0ba902b7-1`,
  `00-${trace}-00f067aa0ba902b7-01\r\nx: y`,
])('a trace begins where none came in, or none that is valid: %s', (received) => {
  expect(traceparentOf(received, id)).toBe(`00-0198f2a07d3e8a4b${span}-${span}-00`)
})

test('whatever comes in, what goes out is valid', () => {
  fc.assert(
    fc.property(fc.string(), (received) => {
      expect(traceparentOf(received, id)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]$/)
    }),
  )
})
