// What a report on the knowledge's hygiene says.
import type { Share } from '../ledger/record.ts'

export interface ArticleFigures {
  readonly contentId: string
  /** Null where the mirror does not have it. */
  readonly title: string | null
  readonly shown: number
  /** Opened, copied or inserted. */
  readonly used: Share
  readonly dismissed: Share
}

export interface HygieneReport {
  readonly from: string
  readonly to: string
  /** What the figures rest on: retrievals, and items reported as shown, each once for each retrieval. */
  readonly retrievals: number
  readonly shown: number
  /** Shown and not once used: first what is least likely to be used. */
  readonly neverUsed: readonly ArticleFigures[]
  /** Dismissed and not once used: first what is most surely dismissed. */
  readonly alwaysDismissed: readonly ArticleFigures[]
  /** Of the mirror's articles in force; null without a mirror. */
  readonly knowledge: {
    readonly articles: number
    /** Of the articles; of the list those that have not been edited for longest come first. */
    readonly neverShown: Share & {
      readonly list: readonly {
        readonly contentId: string
        readonly title: string
        readonly updatedAt: string | null
      }[]
    }
    readonly nearDuplicates: {
      /** Jaccard's index of the sets of three words in a row. */
      readonly threshold: number
      readonly groups: number
      /** The largest groups; in each the longest article first, and how similar the others are to it. */
      readonly list: readonly (readonly (ArticleFigures & { readonly similarity: number })[])[]
    }
  } | null
}
