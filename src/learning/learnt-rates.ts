// The rates of articles, kept in memory and read anew from the record from time to time.
import type { Clock } from '../clock.ts'
import { type KnownRates, type Rates, ratesOf } from './use-rates.ts'

const refreshMs = 3_600_000
const retryMs = 60_000

export interface LearntRates {
  /** Undefined until the record was read. */
  of(contentId: string, where: Parameters<typeof ratesOf>[2]): Rates | undefined
  close(): void
}

/** Reads the rates now and every hour; where that fails, the last ones stay and it is tried again in a minute. */
export function startLearntRates(read: () => Promise<KnownRates>, clock: Clock): LearntRates {
  let known: KnownRates | undefined
  let isClosed = false
  let cancel = () => {}
  const again = (ms: number) => {
    if (!isClosed) cancel = clock.after(ms, refresh)
  }
  const refresh = () => {
    read().then(
      (rates) => {
        known = rates
        again(refreshMs)
      },
      () => again(retryMs),
    )
  }
  refresh()
  return {
    of: (contentId, where) => known && ratesOf(known, contentId, where),
    close() {
      isClosed = true
      cancel()
    },
  }
}
