import { expect, test } from 'vitest'
import { idempotencyKeyOf } from '../../src/http/idempotency-key.ts'

test.each([
  ['"8e03978e-40d5"', '8e03978e-40d5'],
  ['8e03978e-40d5', '8e03978e-40d5'],
  ['"with \\"quotes\\" and \\\\"', 'with "quotes" and \\'],
])('%s is taken as %s', (header, key) => {
  expect(idempotencyKeyOf(header)).toBe(key)
})

test.each([undefined, '', '""', '"open', 'two words', 'one, two', '"a"b"', 'ä', `"${'x'.repeat(256)}"`])(
  '%s is refused in a sentence that names the header',
  (header) => {
    expect(() => idempotencyKeyOf(header)).toThrow(
      /^Idempotency-Key: (is missing; |must be one string of 1 to 255)/,
    )
  },
)
