// Exploration: now and then two neighbours change places, with a known chance, so that place and worth can be told apart.
import type { Random } from '../random.ts'

/** The exchanges are among the first places: what stands further down is hardly looked at. */
const exploredPlaces = 5

/** What is looked at of an item. */
interface Listed {
  readonly isCompliant: boolean
}

/** A list as it is shown, and the chance with which each of its items stands where it stands. */
export interface Explored<T> {
  readonly items: readonly T[]
  /** In the order of `items`, each above 0 and at most 1. */
  readonly propensities: readonly number[]
}

/**
 * The exchanges that are allowed in a ranked list: `n` for places `n` and `n + 1`. A compliant item never goes below
 * one that is not, and since there is one exchange at most, no item moves by more than one place.
 */
export function exchangesIn(items: readonly Listed[]): number[] {
  const exchanges: number[] = []
  for (let place = 0; place + 1 < Math.min(items.length, exploredPlaces); place++)
    if (items[place + 1]?.isCompliant || !items[place]?.isCompliant) exchanges.push(place)
  return exchanges
}

/** The exchange that is drawn, or undefined: with chance `rate` one of `exchanges`, each as likely as the others. */
export function drawExchange(exchanges: readonly number[], rate: number, random: Random): number | undefined {
  if (rate === 0 || exchanges.length === 0) return undefined
  const drawn = random()
  return drawn < rate ? exchanges[Math.floor((drawn / rate) * exchanges.length)] : undefined
}

/** The ranked list with places `exchange` and `exchange + 1` exchanged, where one was drawn. */
export function exchanged<T extends Listed>(
  ranked: readonly T[],
  exchange: number | undefined,
  rate: number,
): Explored<T> {
  const exchanges = exchangesIn(ranked)
  const chance = exchanges.length === 0 ? 0 : rate / exchanges.length
  const propensities = ranked.map(
    (_, place) => 1 - chance * exchanges.filter((first) => first === place || first + 1 === place).length,
  )
  const items = [...ranked]
  const [upper, lower] = exchange === undefined ? [] : ranked.slice(exchange, exchange + 2)
  if (exchange !== undefined && upper !== undefined && lower !== undefined) {
    items.splice(exchange, 2, lower, upper)
    propensities.splice(exchange, 2, chance, chance)
  }
  return { items, propensities }
}

/** A place and the chance with which an item stands there. */
export interface PlaceChance {
  readonly place: number
  readonly chance: number
}

/** An item of a list as it was shown. */
interface ShownItem extends Listed {
  readonly propensity: number
}

/**
 * For each item of a list as it was shown: the places where it could have stood, its ranked one first. Told from the
 * propensities alone: an exchange is rare, so the two items that were exchanged are those below one half.
 */
export function placesOf(items: readonly ShownItem[]): PlaceChance[][] {
  const moved = items.findIndex(({ propensity }) => propensity < 0.5)
  const homes = items.map((_, place) => place)
  if (moved !== -1) homes.splice(moved, 2, moved + 1, moved)
  const ranked = homes.map((home) => items[home]).filter((item) => item !== undefined)
  const exchanges = exchangesIn(ranked)
  return items.map(({ propensity }, place) => {
    const home = homes[place] ?? place
    const away = [home - 1, home + 1].filter((other) => exchanges.includes(Math.min(home, other)))
    const chance = home === place ? (1 - propensity) / away.length : propensity
    if (propensity === 1 || away.length === 0) return [{ place: home, chance: 1 }]
    return [
      { place: home, chance: 1 - chance * away.length },
      ...away.map((other) => ({ place: other, chance })),
    ]
  })
}
