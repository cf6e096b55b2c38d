// A retrieval as learning sees it: what was shown where, with which chance and why, and what came of it.

/** One item of a list that was shown. Its place is its index. */
export interface LoggedItem {
  readonly contentId: string
  readonly isCompliant: boolean
  /** The chance with which it stood where it stood. */
  readonly propensity: number
  /** Values by feature, as the profile of that time saw them. */
  readonly features: Readonly<Record<string, number>>
  /** Opened, copied or inserted. */
  readonly isUsed: boolean
}

export interface LoggedRetrieval {
  readonly interactionId: string
  /** What it was about, such as `queue:…` and `tag:…`. */
  readonly contexts: readonly string[]
  readonly query: string
  readonly items: readonly LoggedItem[]
  /** Whether the interaction was resolved, where somebody said so. */
  readonly isResolved: boolean | undefined
}
