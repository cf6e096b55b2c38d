// An article that may answer, as the index found it.
import type { AnalysedArticle } from './analysed-article.ts'
import type { Subject } from './subjects.ts'

export interface Candidate {
  readonly analysed: AnalysedArticle
  readonly subjects: readonly Subject[]
  /** BM25 for what is asked. */
  readonly asked: number
}
