// Plain counts on the hot path, read only when Prometheus asks.

/** What a metric is at this moment: one number, or a number for each combination of labels. */
export type Gathered = number | Iterable<readonly [labels: readonly string[], value: number]> | undefined

/** Counts by labels, a level for each label. Adding to a known one takes nanoseconds. */
export class Tally implements Iterable<readonly [readonly string[], number]> {
  count = 0
  readonly #byLabel = new Map<string, Tally>()

  at(label: string): Tally {
    return kept(this.#byLabel, label, () => new Tally())
  }

  *[Symbol.iterator](): Generator<readonly [readonly string[], number]> {
    for (const [label, below] of this.#byLabel) {
      if (below.#byLabel.size === 0) yield [[label], below.count]
      else for (const [labels, count] of below) yield [[label, ...labels], count]
    }
  }
}

/** What `map` holds under `key`; made by `make` the first time. */
export function kept<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}

/** Names from the configuration or the code, such as sources and routes: beyond `max` of them all are `other`. */
export class BoundedNames {
  readonly #known = new Set<string>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  bound(name: string | undefined): string {
    if (name === undefined) return 'other'
    if (this.#known.has(name)) return name
    if (this.#known.size >= this.#max) return 'other'
    this.#known.add(name)
    return name
  }
}
