// What is asked of the index.

export interface Turn {
  readonly speaker: 'customer' | 'agent'
  readonly text: string
}

export interface KnowledgeQuery {
  /** Oldest first, the current one last; may be empty. */
  readonly turns: readonly Turn[]
  /** What the agent typed: then it is what is asked, and the turns are its background. */
  readonly query?: string | undefined
  readonly tags: readonly string[]
  readonly entityIds: readonly string[]
}

/** The turns, and what the agent typed as if the customer had just said it. */
export function spokenTurns({ turns, query }: KnowledgeQuery): readonly Turn[] {
  return query === undefined ? turns : [...turns, { speaker: 'customer', text: query }]
}
