// One piece of knowledge, as every source hands it over.

/** Publication states of Genesys knowledge documents (`KnowledgeDocumentResponse.state`). */
export type ContentState = 'Published' | 'Draft' | 'Archived'

/** What a source found. Immutable: the cache hands the same object to many retrievals. */
export interface ContentItem {
  readonly contentId: string
  readonly title: string
  /** Safe plain text, at most 600 characters. */
  readonly snippet: string
  readonly url: string | null
  /** `article`, `procedure`, `suggestion`, ... */
  readonly contentType: string
  /** BCP 47, or null where the source does not say. */
  readonly language: string | null
  readonly tags: readonly string[]
  /** Reviewed and marked as compliant, as the source says. */
  readonly isCompliant: boolean
  /** The source's own judgement, 0..1, untouched. */
  readonly relevanceScore: number
  /** Name of the source. */
  readonly source: string
  readonly version: string | null
  /** ISO 8601, or null where the source does not say. */
  readonly updatedAt: string | null
  readonly state: ContentState
  /** Genesys's `visible`: an invisible document is never shown. */
  readonly visible: boolean
  /** In force from here (inclusive), in ms since the epoch; -Infinity when open. NaN: given but unreadable. */
  readonly availableFrom: number
  /** In force until here (exclusive), in ms since the epoch; Infinity when open. NaN: given but unreadable. */
  readonly availableUntil: number
  /** What audience rules refer to. Null: the source does not say, so an audience bound to labels may not see it. */
  readonly labels: readonly string[] | null
  /** Null: none, or the source does not say. */
  readonly category: string | null
}
