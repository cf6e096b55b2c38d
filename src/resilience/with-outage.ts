// An outage told by its name: who waited in vain for what keeps failing reads that, and not merely that it was late.
import { CuecardError, isCuecardError } from '../errors.ts'
import type { AskedSource } from '../retrieval/content-source.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'

/** `deadline.exceeded` is left for a source of which no failure is known: it was really still at work. */
export function withOutage(source: AskedSource, breaker: Pick<CircuitBreaker, 'isFailing'>): AskedSource {
  const told = (error: unknown): never => {
    if (!isCuecardError(error, 'deadline.exceeded') || !breaker.isFailing) throw error
    throw new CuecardError('genesys.unavailable', 'No answer in time, and its last call failed', {}, error)
  }
  return {
    name: source.name,
    ask(inquiry, call) {
      const answer = source.ask(inquiry, call)
      return answer instanceof Promise ? answer.catch(told) : answer
    },
  }
}
