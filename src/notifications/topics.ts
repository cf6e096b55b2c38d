// The topics of Genesys's notifications: their names, and whom a message of one is about.

/** What a topic tells of. */
export type TopicKind = 'transcription' | 'suggestion' | 'conversation' | 'wrapup'

/** A conversation's id as it may stand in a topic: nothing that would make another topic of it. */
const plainId = /^[\w-]{1,64}$/

export function mayBeFollowed(interactionId: string): boolean {
  return plainId.test(interactionId)
}

/** Everything that is followed of one conversation. */
export function topicsOf(conversationId: string): readonly string[] {
  const conversation = `v2.conversations.${conversationId}`
  return [
    `${conversation}.transcription`,
    `${conversation}.suggestions.knowledge.search`,
    `${conversation}.suggestions.knowledge.article`,
    `v2.detail.events.conversation.${conversationId}.wrapup`,
  ]
}

/** New and ended conversations of agents and queues. */
export function topicsOfPlaces(agentIds: readonly string[], queueIds: readonly string[]): readonly string[] {
  return [
    ...agentIds.map((id) => `v2.users.${id}.conversations`),
    ...queueIds.map((id) => `v2.routing.queues.${id}.conversations`),
  ]
}

const kinds: readonly (readonly [TopicKind, RegExp])[] = [
  ['transcription', /^v2\.conversations\.([^.]+)\.transcription$/],
  ['suggestion', /^v2\.conversations\.([^.]+)\.suggestions\.knowledge\.(?:search|article)$/],
  ['conversation', /^v2\.(?:users|routing\.queues)\.([^.]+)\.conversations$/],
  ['wrapup', /^v2\.detail\.events\.conversation\.([^.]+)\.wrapup$/],
]

/** What a topic tells of, and the id in its name. */
export function readTopic(name: string): { readonly kind: TopicKind; readonly id: string } | undefined {
  for (const [kind, pattern] of kinds) {
    const id = pattern.exec(name)?.[1]
    if (id !== undefined) return { kind, id }
  }
  return undefined
}
