// A cache whose loads do as the test says, on a clock that the test moves.
import type { SharedTier } from '../../src/cache/cache-tier.ts'
import { type CacheLifetimes, ContentCache } from '../../src/cache/content-cache.ts'
import { LruTier } from '../../src/cache/lru-tier.ts'
import { CuecardError, type ErrorCode } from '../../src/errors.ts'
import type { SourceAnswer, SourceCall } from '../../src/retrieval/content-source.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { follow } from '../testing/outcome.ts'
import { answerOf, callOf, itemOf } from '../testing/source-answers.ts'

export const lifetimes: CacheLifetimes = {
  freshMs: 100,
  staleMs: 100,
  graceMs: 200,
  emptyMs: 30,
  failureMs: 20,
  flightMs: 50,
}

/** How a load goes: after `ms` it answers, with or without items, or fails; `hang` fails at the flight's deadline. */
export interface Plan {
  readonly ends: 'items' | 'empty' | 'hang' | ErrorCode
  readonly ms: number
}

/** One load that was made, named by its number. */
export interface Load {
  readonly name: string
  readonly key: string
  readonly flight: SourceCall
  rises: number
}

export interface Ask extends Partial<Plan>, Partial<SourceCall> {
  readonly key?: string
  readonly tags?: readonly string[]
  readonly waitMs?: number
}

export function startCache(options: { shared?: SharedTier; maxBytes?: number } = {}) {
  const clock = new FakeClock()
  const memory = new LruTier({ maxBytes: options.maxBytes ?? 1_000_000 })
  const cache = new ContentCache({ clock, memory, lifetimes, shared: options.shared })
  const loads: Load[] = []

  const load = (key: string, { ends, ms }: Plan) => {
    return (flight: SourceCall): Promise<SourceAnswer> => {
      const load: Load = { name: `load-${loads.length}`, key, flight, rises: 0 }
      loads.push(load)
      flight.onRise?.(() => load.rises++)
      return new Promise((resolve, reject) => {
        const end = () => {
          if (ends === 'items') resolve(answerOf(load.name, clock.now(), [itemOf(load.name)]))
          else if (ends === 'empty') resolve(answerOf(load.name, clock.now(), []))
          else reject(new CuecardError(ends === 'hang' ? 'deadline.exceeded' : ends, load.name))
        }
        const cancel = clock.after(ends === 'hang' ? flight.deadline - clock.now() : ms, end)
        flight.signal?.addEventListener('abort', () => {
          cancel()
          reject(flight.signal?.reason)
        })
      })
    }
  }

  /** Asks for `key`; the answer may be there at once. */
  const get = (ask: Ask = {}) => {
    const { key = 'key', tags = [], waitMs = 1000, ends = 'items', ms = 10, ...call } = ask
    return cache.get(key, tags, callOf(clock.now() + waitMs, call), load(key, { ends, ms }))
  }
  const ask = (ask?: Ask) => follow(() => get(ask))
  /** Asks, and lets the load finish. */
  const fill = async (ask: Ask = {}) => {
    const asked = follow(() => get({ ms: 0, ...ask }))
    await clock.advance(0)
    return asked
  }
  return { clock, cache, memory, loads, get, ask, fill }
}
