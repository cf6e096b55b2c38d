// The service's reply as far as the panel looks at it: docs/reference/library.md tells each field.

export interface Reason {
  readonly feature: string
  readonly value: number
  readonly weight: number
  readonly contribution: number
}

export interface Item {
  readonly contentId: string
  readonly title: string
  /** Plain text; shown as text whatever it holds. */
  readonly snippet: string
  readonly url: string | null
  readonly contentType: string
  readonly language: string | null
  readonly isCompliant: boolean
  readonly explanation: readonly Reason[]
  readonly source: string
  readonly version: string | null
  readonly updatedAt: string | null
}

export interface Freshness {
  readonly status: 'fresh' | 'stale' | 'mirror' | 'none'
  readonly ageSeconds: number | null
  readonly source: string | null
}

export interface Retrieval {
  readonly retrievalId: string
  readonly items: readonly Item[]
  readonly freshness: Freshness
  readonly degraded: { readonly code: string; readonly message: string } | null
}
