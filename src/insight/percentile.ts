// Exact percentiles.

/**
 * The smallest value that at least `perMille` thousandths of the values do not exceed (nearest rank); null of none.
 * `sorted` is ascending. Counts in whole numbers, since 0.999 of a count is off by a rounding error now and then.
 */
export function percentile(sorted: Float64Array, perMille: number): number | null {
  return sorted[Math.ceil((perMille * sorted.length) / 1000) - 1] ?? null
}
