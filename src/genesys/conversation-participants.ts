// Who takes part in a conversation, as GET /api/v2/conversations/{conversationId} tells.
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { IsParticipant } from '../access/interaction-owners.ts'
import type { Clock } from '../clock.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import type { GenesysClient } from './genesys-client.ts'

const conversation = z.object({
  participants: z.array(z.object({ userId: z.string().nullish(), endTime: z.string().nullish() })).nullish(),
})

/** Who was found to take part is believed to, for this long. */
const foundForMs = 60_000

/** Who was not found may just be joining: then the list, or the failure, holds for this long. */
const missingForMs = 5000

/** A call may take this long, whoever waits for it. Less than {@link missingForMs}, so that there is one at a time. */
const flightMs = 3000

const nobody: ReadonlySet<string> = new Set()

/** Makes the function that asks; one call answers all who ask about the same conversation. */
export function conversationParticipants(ports: {
  readonly client: GenesysClient
  readonly clock: Clock
  /** Conversations to remember. */
  readonly max: number
}): IsParticipant {
  const { client, clock } = ports
  const lists = new LRUCache<string, { readonly users: Promise<ReadonlySet<string>>; readonly at: number }>({
    max: ports.max,
  })
  return async (interactionId, agentId, { deadline }) => {
    const known = lists.get(interactionId)
    const ageMs = known === undefined ? Number.POSITIVE_INFINITY : clock.now() - known.at
    if (known !== undefined && ageMs < missingForMs)
      return (await by(deadline, known.users, clock)).has(agentId)
    if (known !== undefined && ageMs < foundForMs && (await known.users.catch(() => nobody)).has(agentId))
      return true
    const users = participantsOf(client, interactionId, clock.now() + flightMs)
    lists.set(interactionId, { users, at: clock.now() })
    return (await by(deadline, users, clock)).has(agentId)
  }
}

/** Waits no longer than the caller can; the call goes on, since its answer serves the next one who asks. */
function by<T>(deadline: number, flight: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(deadline - clock.now(), () =>
      reject(new CuecardError('deadline.exceeded', 'Genesys did not say in time who takes part')),
    )
    flight.then(resolve, reject).finally(cancel)
  })
}

async function participantsOf(
  client: GenesysClient,
  interactionId: string,
  deadline: number,
): Promise<ReadonlySet<string>> {
  try {
    const { value } = await client.call(
      {
        doing: 'reading who takes part in a conversation',
        method: 'GET',
        path: `/api/v2/conversations/${encodeURIComponent(interactionId)}`,
        answer: conversation,
      },
      { deadline, priority: 'interactive' },
    )
    const present = (value.participants ?? []).filter(({ endTime }) => !endTime)
    return new Set(present.flatMap(({ userId }) => userId ?? []))
  } catch (error) {
    if (isCuecardError(error, 'genesys.not_found')) return nobody
    throw error
  }
}
