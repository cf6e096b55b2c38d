// How Genesys does, as far as is known without a call that spends quota: the token, and how the last calls went.
import type { Clock } from '../clock.ts'
import type { ClientCredentials } from '../oauth/client-credentials.ts'
import type { CircuitBreaker } from '../resilience/circuit-breaker.ts'

/** Milliseconds in which the login host must answer, where there is no token. */
const signInMs = 2000

/** `breakers` by the name of their source. */
export async function genesysHealth(
  tokens: ClientCredentials,
  breakers: readonly (readonly [source: string, breaker: CircuitBreaker])[],
  clock: Clock,
): Promise<{ readonly ok: boolean; readonly message: string }> {
  const faults = breakers.flatMap(([source, { isFailing, state }]) => {
    if (!isFailing) return []
    return `${source}: ${state === 'closed' ? 'the last call failed' : `the circuit breaker is ${state}`}`
  })
  let ok = faults.length === 0
  let access: string
  try {
    await tokens.token({ deadline: clock.now() + signInMs })
    access = `The token holds for another ${Math.round(tokens.validForMs / 1000)} s`
  } catch (error) {
    ok = false
    access = (error as Error).message
  }
  return { ok, message: [access, ...faults].join('; ') }
}
