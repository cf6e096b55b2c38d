// Terms that stand beside what is asked: pseudo-relevance feedback from the best sentences of the best articles.
import type { AnalysedArticle } from './analysed-article.ts'
import type { Candidate } from './candidate.ts'
import type { Focus } from './focus.ts'
import type { Knowledge } from './knowledge.ts'

const mostTerms = 14
/** A sentence of more terms says less about each. */
const sentenceLength = 8

/** The terms, the best with weight 1; names are none. */
export function relatedTerms(
  weights: ReadonlyMap<number, number>,
  best: readonly Candidate[],
  { nameTerms }: Focus,
  { texts, vocabulary }: Knowledge,
): Map<number, number> {
  const asked = new Map([...weights].map(([term, weight]) => [term, weight * texts.information(term)]))
  const sums = new Map<number, number>()
  for (const { analysed, subjects } of best) {
    const { score, terms } = bestSentence(analysed, asked)
    const names = new Set(subjects.flatMap((subject) => subject.terms))
    for (const term of new Set(terms))
      if (!asked.has(term) && !nameTerms.has(term) && !names.has(term))
        sums.set(term, (sums.get(term) ?? 0) + score)
  }
  const ranked = [...sums]
    .map(([term, sum]) => ({ term, weight: sum * texts.information(term) }))
    .sort((a, b) => b.weight - a.weight || (vocabulary.termOf(a.term) < vocabulary.termOf(b.term) ? -1 : 1))
    .slice(0, mostTerms)
  const top = ranked[0]?.weight ?? 1
  return new Map(ranked.map(({ term, weight }) => [term, weight / top]))
}

function bestSentence({ terms, ends }: AnalysedArticle, asked: ReadonlyMap<number, number>) {
  let best = { score: 0, terms: terms.subarray(0, 0) }
  let start = 0
  // Not the last, which holds the labels.
  for (const end of ends.subarray(0, -1)) {
    const sentence = terms.subarray(start, end)
    let score = 0
    for (const term of new Set(sentence)) score += asked.get(term) ?? 0
    score /= Math.max(1, sentence.length / sentenceLength)
    if (score > best.score) best = { score, terms: sentence }
    start = end
  }
  return best
}
