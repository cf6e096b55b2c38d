// The features of articles for a query, measured on their terms and relative to the other candidates.
import type { AnalysedArticle } from './analysed-article.ts'
import type { Candidate } from './candidate.ts'
import type { ContentFeatures } from './content-features.ts'
import type { Focus } from './focus.ts'
import { firstOf, phraseOf, type Question } from './question.ts'
import { informationOf, type TextIndex } from './text-index.ts'

/** A subject of this strength is in focus; with fewer articles in it their statistics say nothing. */
const inFocus = 0.7
const fewestInFocus = 4
/** A longer sentence is worth less, by this share, from so many terms on. */
const sentenceLength = 8
const longDiscount = 0.5
/** To be somebody's experience is worth this much where no judgement is asked for. */
const unaskedExperience = 0.2

export function measureArticles(
  candidates: readonly Candidate[],
  question: Question,
  focus: Focus,
  related: ReadonlyMap<number, number>,
  texts: TextIndex,
): ContentFeatures[] {
  const focusOf = ({ subjects }: Candidate) =>
    subjects.reduce((most, subject) => Math.max(most, focus.strengths.get(subject) ?? 0), 0)
  const focused = candidates.filter((candidate) => focusOf(candidate) >= inFocus)
  const terms = queryTerms(question, related, texts, focused)
  const topAsked = Math.max(...candidates.map(({ asked }) => asked))
  const open = 1 - focus.certainty
  const matches = candidates.map(({ analysed }) => matchOf(analysed, terms))
  const topRelated = Math.max(...matches.map(({ related }) => related))
  return candidates.map((candidate, index) => {
    const match = matches[index] as Match
    const own = focusOf(candidate)
    const text = shareOf(candidate.asked, topAsked)
    const { personal } = candidate.analysed
    return {
      focus: own,
      askedInFocus: own * match.focusCoverage,
      text,
      openText: open * text,
      openPhrases: open * match.phrases,
      openSentence: open * match.sentence,
      openCoverage: open * match.coverage,
      related: shareOf(match.related, topRelated),
      experience: personal * (unaskedExperience + (1 - unaskedExperience) * question.judgement),
    }
  })
}

/** How an article's terms meet the query's; each but `related` 0..1. */
interface Match {
  /** Share of what is asked that it holds, and the best share of a sentence. */
  coverage: number
  sentence: number
  /** The share, weighed by how rare each term is among the articles in focus. */
  focusCoverage: number
  phrases: number
  related: number
}

/** What a term weighs, and where it was seen last, so that it counts once. */
interface WeighedTerm {
  asked: number
  focused: number
  related: number
  seenIn: AnalysedArticle | undefined
  seenAt: number
}

interface QueryTerms {
  readonly terms: ReadonlyMap<number, WeighedTerm>
  readonly phrases: ReadonlyMap<number, number>
}

function queryTerms(
  { asked, phrases }: Question,
  related: ReadonlyMap<number, number>,
  texts: TextIndex,
  focused: readonly Candidate[],
): QueryTerms {
  const terms = new Map<number, WeighedTerm>()
  const weighed = (term: number) => {
    const known = terms.get(term)
    if (known !== undefined) return known
    const created = { asked: 0, focused: 0, related: 0, seenIn: undefined, seenAt: -1 }
    terms.set(term, created)
    return created
  }
  for (const [term, share] of sharesOf(asked, (term) => texts.information(term))) weighed(term).asked = share
  if (focused.length >= fewestInFocus) {
    const holders = holdersOf(asked, focused)
    const held = new Map([...asked].filter(([term]) => holders.has(term)))
    const information = (term: number) => informationOf(holders.get(term) ?? 0, focused.length)
    for (const [term, share] of sharesOf(held, information)) weighed(term).focused = share
  }
  for (const [term, weight] of related) weighed(term).related = weight
  return { terms, phrases: sharesOf(phrases, (phrase) => texts.information(firstOf(phrase))) }
}

/** In how many of the articles each of the terms stands, where it does. */
function holdersOf(
  asked: ReadonlyMap<number, number>,
  candidates: readonly Candidate[],
): Map<number, number> {
  const holders = new Map<number, number>()
  for (const { analysed } of candidates)
    for (const term of new Set(analysed.terms))
      if (asked.has(term)) holders.set(term, (holders.get(term) ?? 0) + 1)
  return holders
}

/** Weights times information, as shares of their sum. */
function sharesOf(
  weights: ReadonlyMap<number, number>,
  information: (key: number) => number,
): Map<number, number> {
  const products = [...weights].map(([key, weight]) => [key, weight * information(key)] as const)
  const sum = products.reduce((total, [, product]) => total + product, 0)
  return new Map(products.map(([key, product]) => [key, shareOf(product, sum)]))
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function matchOf(article: AnalysedArticle, query: QueryTerms): Match {
  const match = { coverage: 0, sentence: 0, focusCoverage: 0, phrases: 0, related: 0 }
  const phrases = new Set<number>()
  const labels = article.ends.length - 1
  let start = 0
  for (const [number, end] of article.ends.entries()) {
    let asked = 0
    let before: number | undefined
    for (let position = start; position < end; position++) {
      const term = article.terms[position] as number
      const weighed = query.terms.get(term)
      if (weighed === undefined) {
        before = undefined
        continue
      }
      const isNew = weighed.seenIn !== article
      if (isNew) {
        match.coverage += weighed.asked
        match.focusCoverage += weighed.focused
        match.related += weighed.related
      }
      if (isNew || weighed.seenAt !== number) asked += weighed.asked
      weighed.seenIn = article
      weighed.seenAt = number
      if (before !== undefined) phrases.add(phraseOf(before, term))
      before = term
    }
    // Neither the title nor the labels are a sentence.
    const excess = Math.max(1, (end - start) / sentenceLength)
    if (number > 0 && number < labels)
      match.sentence = Math.max(match.sentence, asked / (1 - longDiscount + longDiscount * excess))
    start = end
  }
  for (const phrase of phrases) match.phrases += query.phrases.get(phrase) ?? 0
  return match
}
