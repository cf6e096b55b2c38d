// Metrics as a decorator: how each question to a source ended, and how long a retrieval waited for it.
import type { Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import type { AskedSource } from '../retrieval/content-source.ts'
import type { Metrics } from './metrics.ts'

/** Tells `metrics` of every answer. What is at hand stays at hand, and costs no look at the clock. */
export function withMetrics(
  source: AskedSource,
  metrics: Pick<Metrics, 'sourceAsked'>,
  clock: Clock,
): AskedSource {
  const { name } = source
  const failed = (error: unknown, seconds?: number): never => {
    metrics.sourceAsked(name, error instanceof CuecardError ? error.code : 'source.failed', seconds)
    throw error
  }
  return {
    name,
    ask(inquiry, call) {
      let answer: ReturnType<AskedSource['ask']>
      try {
        answer = source.ask(inquiry, call)
      } catch (error) {
        return failed(error)
      }
      if (answer === undefined) return undefined
      if (!(answer instanceof Promise)) {
        metrics.sourceAsked(name, 'ok')
        return answer
      }
      const startedAt = clock.now()
      const seconds = () => (clock.now() - startedAt) / 1000
      return answer.then(
        (found) => {
          metrics.sourceAsked(name, 'ok', seconds())
          return found
        },
        (error: unknown) => failed(error, seconds()),
      )
    },
  }
}
