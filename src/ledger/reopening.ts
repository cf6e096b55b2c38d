// Calls on something that may not be open yet: it is opened by the first call, and again by a later one if that fails.
import type { Clock } from '../clock.ts'
import type { Handlers } from './peer.ts'

/** After a failure, what it said is repeated for this long instead of trying again. */
const pauseMs = 1000

/** Every call of `T`, made once `open` has succeeded. */
export function reopening<T extends object>(open: () => Promise<T>, clock: Clock): T & Handlers {
  let opened: Promise<T> | undefined
  let failedAt = Number.NEGATIVE_INFINITY
  const current = () => {
    if (opened === undefined || clock.now() - failedAt > pauseMs) {
      failedAt = Number.POSITIVE_INFINITY
      opened = open()
      opened.catch(() => {
        failedAt = clock.now()
      })
    }
    return opened
  }
  return new Proxy({} as T & Handlers, {
    get: (_, name) =>
      // Not a promise: nothing must take it for one.
      name === 'then'
        ? undefined
        : async (...values: unknown[]) => {
            const calls = await current()
            return (calls[name as keyof T] as (...values: unknown[]) => unknown)(...values)
          },
  })
}
