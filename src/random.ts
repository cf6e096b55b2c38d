// Chance as a value that is passed in: seeded in tests, simulations and fault plans, the machine's own otherwise.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** A number in [0, 1), drawn uniformly. */
export type Random = () => number

/** The same seed gives the same sequence. `seed` is a 32-bit integer. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed)
  // Small seeds begin alike; the generator needs a few steps to get away from them.
  for (let step = 0; step < 64; step++) generator.next()
  return () => uniformFloat64(generator)
}

/** A standard normal number (Box and Muller 1958). */
export function normal(random: Random): number {
  // 1 - u lies in (0, 1], so the logarithm is finite.
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/**
 * A lognormal number with the given median and 99th percentile, in the unit of both: how response times of
 * services are distributed to a good approximation.
 */
export function lognormal(random: Random, median: number, p99: number): number {
  const z99 = 2.3263478740408408
  const sigma = Math.log(p99 / median) / z99
  return median * Math.exp(sigma * normal(random))
}
