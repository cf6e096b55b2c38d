// Whose token it is, as GET /api/v2/users/me tells. Not within our quota: Genesys counts by token, and this one is not ours.
import { z } from 'zod'
import type { OwnerOf, TokenOwner } from '../access/genesys-tokens.ts'
import type { Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import { type HttpResponse, type HttpTransport, sendOver } from './http-transport.ts'

const answerWithinMs = 2000

/** The id goes into the record, and is compared with what requests name. */
const userMe = z.object({
  id: z.string().regex(/^[!-~]{1,128}$/),
  state: z.enum(['active', 'inactive', 'deleted']),
  division: z.object({ id: z.string().max(128).nullish() }).nullish(),
})

/** Makes the function that asks. `apiUrl` has no slash at its end. */
export function tokenOwner(ports: {
  readonly apiUrl: string
  readonly transport: HttpTransport
  readonly clock: Clock
}): OwnerOf {
  const { apiUrl, transport, clock } = ports
  return async (token) => {
    const abort = new AbortController()
    const cancel = clock.after(answerWithinMs, () => abort.abort(unavailable('it did not answer in time')))
    try {
      const response = await sendOver(transport, {
        method: 'GET',
        url: `${apiUrl}/api/v2/users/me`,
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
        signal: abort.signal,
      })
      return ownerIn(response, token)
    } catch (error) {
      // What else was thrown may have the token in it, so it goes no further.
      if (error instanceof CuecardError && /^access\./.test(error.code)) throw error
      throw unavailable('it cannot be reached')
    } finally {
      cancel()
    }
  }
}

/** The answer is not quoted, and not believed where it echoes the token: its ids go into the record. */
function ownerIn({ status, body }: HttpResponse, token: string): TokenOwner {
  if (status === 401)
    throw new CuecardError('access.unauthenticated', 'Genesys does not know the token, or it has expired')
  if (status === 400 || status === 403 || status === 404)
    throw new CuecardError('access.unauthenticated', 'The Genesys token belongs to no user')
  if (status !== 200) throw unavailable(`it answered ${status}`)
  const parsed = userMe.safeParse(jsonOf(body))
  if (!parsed.success || JSON.stringify(parsed.data).includes(token))
    throw unavailable('its answer has another form')
  const { id, state, division } = parsed.data
  return { id, divisionId: division?.id ?? undefined, isActive: state === 'active' }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unavailable(reason: string): CuecardError {
  return new CuecardError('access.unavailable', `Genesys cannot be asked whose token this is: ${reason}`)
}
