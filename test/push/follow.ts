// Somebody who follows an interaction, and remembers what came.
import type { Cuecard } from '../../src/cuecard.ts'
import type { EndReason, FollowOptions, FollowRequest } from '../../src/push/stream.ts'
import type { Retrieval } from '../../src/retrieval/retrieval.ts'

export interface Followed {
  readonly answers: { readonly id: string; readonly retrieval: Retrieval }[]
  beats: number
  reason: EndReason | undefined
  readonly leave: () => void
}

export async function follow(
  cuecard: Pick<Cuecard, 'follow'>,
  request: Partial<FollowRequest> = {},
  options: FollowOptions = {},
): Promise<Followed> {
  const came: Omit<Followed, 'leave'> = { answers: [], beats: 0, reason: undefined }
  const leave = await cuecard.follow(
    { interactionId: 'c-1', agentId: 'ann', ...request },
    {
      answer: (retrieval, id) => came.answers.push({ id, retrieval }),
      beat() {
        came.beats++
      },
      end(reason) {
        came.reason = reason
      },
    },
    options,
  )
  return Object.assign(came, { leave })
}

/** Ids of the items of each answer. */
export function shownTo({ answers }: Followed): string[][] {
  return answers.map(({ retrieval }) => retrieval.items.map(({ contentId }) => contentId))
}
