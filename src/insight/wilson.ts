// How sure a share is: Wilson's score interval, which is right for small counts and near 0 and 1.
import type { Share } from '../ledger/record.ts'

/** The 97.5 % point of the normal distribution: both tails together leave 5 %. */
const z = 1.959963984540054

/**
 * The 95 % confidence interval of `count` of `of`, which is at least 1.
 * Wilson, Probable inference, the law of succession, and statistical inference (1927).
 */
export function wilsonInterval(count: number, of: number): { low: number; high: number } {
  const rate = count / of
  const middle = rate + z ** 2 / (2 * of)
  const half = z * Math.sqrt((rate * (1 - rate)) / of + z ** 2 / (4 * of ** 2))
  const scale = 1 + z ** 2 / of
  return {
    // The ends are exact where rounding would leave a hair's breadth.
    low: count === 0 ? 0 : (middle - half) / scale,
    high: count === of ? 1 : (middle + half) / scale,
  }
}

/** `count` of `of`, with the rate and its interval. */
export function shareOf(count: number, of: number): Share {
  if (of === 0) return { count, of, rate: null, low: null, high: null }
  return { count, of, rate: count / of, ...wilsonInterval(count, of) }
}
