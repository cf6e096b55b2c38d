// The rates of articles, kept in memory and read anew from the record from time to time.
import type { Clock } from '../clock.ts'
import type { Random } from '../random.ts'
import { type KnownRates, type Rates, ratesOf } from './use-rates.ts'

const refreshMs = 3_600_000
const retryMs = 60_000
/** Waits differ by this share, so that processes that start together do not read together. */
const jitter = 0.2

export interface LearntRatesPorts {
  readonly read: () => Promise<KnownRates>
  readonly clock: Clock
  readonly random: Random
  /** Told after each reading; what it returns is waited for before the next. */
  readonly onRead?: () => Promise<void> | undefined
}

export interface LearntRates {
  /** Undefined until the record was read. */
  of(contentId: string, where: Parameters<typeof ratesOf>[2]): Rates | undefined
  /** Whether the rates, or whatever else was learnt, come from this interaction too. */
  isFrom(interactionId: string): boolean
  close(): void
}

/** Reads the rates now and about every hour; where that fails, the last ones stay and it is tried again in a minute. */
export function startLearntRates({ read, clock, random, onRead }: LearntRatesPorts): LearntRates {
  let known: KnownRates | undefined
  let isClosed = false
  let cancel = () => {}
  const again = (ms: number) => {
    if (!isClosed) cancel = clock.after(ms * (1 + jitter * (random() - 0.5)), refresh, true)
  }
  const readAndTell = async () => {
    const rates = await read()
    if (isClosed) return
    known = rates
    await onRead?.()
  }
  const refresh = () => {
    readAndTell().then(
      () => again(refreshMs),
      () => again(retryMs),
    )
  }
  refresh()
  return {
    of: (contentId, where) => known && ratesOf(known, contentId, where),
    isFrom: (interactionId) => known?.interactionIds.has(interactionId) ?? false,
    close() {
      isClosed = true
      cancel()
    },
  }
}
