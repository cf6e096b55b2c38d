// Numbers are read strictly.
import { InvalidArgumentError } from 'commander'
import { expect, test } from 'vitest'
import { decimalNumber, several, wholeNumber } from '../../src/cli/option-value.ts'

test.each(['', ' ', 'abc', '0', '51', '1.5', '1e1', '0x5', '5 ', '٥', '-1', 'Infinity', '１'])(
  'no whole number from 1 to 50: "%s"',
  (text) => {
    expect(() => wholeNumber(1, 50)(text)).toThrow(InvalidArgumentError)
  },
)

test.each(['', 'abc', '1.01', '-0.1', '.', '1e-1', 'NaN', '0,5'])('no number from 0 to 1: "%s"', (text) => {
  expect(() => decimalNumber(0, 1)(text)).toThrow(InvalidArgumentError)
})

test('numbers within the limits, the limits included', () => {
  expect(['1', '50', '007'].map(wholeNumber(1, 50))).toEqual([1, 50, 7])
  expect(['0', '1', '.5', '0.25', '1.'].map(decimalNumber(0, 1))).toEqual([0, 1, 0.5, 0.25, 1])
})

test('a repeated option gathers its values in order', () => {
  expect(several('b', several('a'))).toEqual(['a', 'b'])
})
