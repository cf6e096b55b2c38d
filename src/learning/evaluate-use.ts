// Offline evaluation of learning from use: as if the right articles of other events had been used.
import { hash } from 'node:crypto'
import type { Article, Conversation } from '../articles/article.ts'
import type { KnowledgeIndex } from '../search/knowledge-index.ts'
import { learnUse, type PastUse } from './use-model.ts'

const folds = 5
/** Articles that are ranked for an event. */
const candidates = 60
/** Articles that an agent is supposed to have seen for it, besides the right ones. */
const shown = 20

/** How one event was ranked without and with what use teaches. */
export interface LearntEvent {
  readonly gold: ReadonlySet<string>
  /** Ids, best first. */
  readonly before: readonly string[]
  readonly after: readonly string[]
}

interface Case {
  readonly question: string
  readonly gold: ReadonlySet<string>
  readonly ranked: readonly { readonly article: Article; readonly score: number }[]
  readonly fold: number
}

/**
 * Ranks each event with gold articles by `index` alone and with what the events of other folds teach. A fold holds
 * whole categories (an article where it has none): nothing is learnt from the article, or the product, that is asked
 * about. Yields progress, 0..1.
 */
export function* evaluateUse(
  index: KnowledgeIndex,
  conversations: readonly Conversation[],
): Generator<number, readonly LearntEvent[]> {
  const cases: Case[] = []
  for (const [at, conversation] of conversations.entries()) {
    cases.push(...casesOf(conversation, index))
    yield at / conversations.length / 2
  }
  const events: LearntEvent[] = []
  for (let fold = 0; fold < folds; fold++) {
    const uses = cases.filter((one) => one.fold !== fold).map((one) => pastUseOf(one, index))
    const work = learnUse(uses)
    let step = work.next()
    for (; !step.done; step = work.next()) yield (1 + (fold + step.value) / folds) / 2
    const { scoreOf } = step.value
    for (const { question, gold, ranked } of cases.filter((one) => one.fold === fold)) {
      const learnt = scoreOf(question)
      const scored = ranked.map(({ article, score }) => ({ article, score: score + learnt(article) }))
      const idsOf = (list: Case['ranked']) => list.map(({ article }) => article.id)
      events.push({ gold, before: idsOf(ranked), after: idsOf(scored.sort((a, b) => b.score - a.score)) })
    }
  }
  return events
}

function casesOf({ turns, events, tags, entityIds }: Conversation, index: KnowledgeIndex): Case[] {
  return events.flatMap(({ turnIndex, goldArticleIds }) => {
    const [first] = goldArticleIds
    if (first === undefined) return []
    const heard = turns.slice(0, turnIndex + 1)
    const ranked = index.search({ turns: heard, tags, entityIds }, { limit: candidates })
    const entity = index.get(first)?.category || first
    const fold = hash('sha256', entity, 'buffer').readUInt32BE() % folds
    const question = heard.findLast(({ speaker }) => speaker === 'customer')?.text ?? ''
    return [{ question, gold: new Set(goldArticleIds), ranked, fold }]
  })
}

/** The right articles were used, even where they were not found: then they came last. */
function pastUseOf({ question, gold, ranked }: Case, index: KnowledgeIndex): PastUse {
  const seen = ranked.filter(({ article }, place) => place < shown || gold.has(article.id))
  const found = new Set(seen.map(({ article }) => article.id))
  const least = seen.at(-1)?.score ?? 0
  const missed = [...gold].flatMap((id) => (found.has(id) ? [] : (index.get(id) ?? [])))
  return {
    question,
    shown: [
      ...seen.map((item) => ({ ...item, isUsed: gold.has(item.article.id) })),
      ...missed.map((article) => ({ article, score: least, isUsed: true })),
    ],
  }
}
