// What Agent Copilot would suggest: each customer turn is searched in the knowledge base of the conversation's language.
import type { Article, Conversation } from '../articles/article.ts'
import type { ArticleHit } from '../articles/article-index.ts'
import { documentUri, variationId, versionReference } from './knowledge-document.ts'
import { plainText } from './markdown-body.ts'
import type { KnowledgeBase, Organisation } from './organisation.ts'
import { notFound } from './refusal.ts'
import { stableId } from './stable-id.ts'

export const suggestionTypes = [
  'Faq',
  'Article',
  'KnowledgeArticle',
  'KnowledgeSearch',
  'CannedResponse',
  'Script',
  'SuggestedKnowledgeAnswer',
  'ThirdPartySuggestion',
] as const
export const suggestionStates = ['Suggested', 'Accepted', 'Dismissed', 'Failed', 'Rated'] as const

/** A suggestion as REST shows it. */
export interface Suggestion {
  readonly id: string
  readonly type: (typeof suggestionTypes)[number]
  state: (typeof suggestionStates)[number]
  readonly assistant: { readonly id: string }
  readonly triggerType: 'Intent' | undefined
  readonly context: {
    readonly queue: { readonly id: string }
    readonly mediaType: string
    readonly message: { readonly id: string }
    readonly queryStatement: string
  }
  readonly knowledgeSearch?: FoundDocument
  readonly knowledgeArticle?: FoundDocument
}

interface Reference {
  readonly id: string
  readonly selfUri?: string
}

interface FoundDocument {
  readonly title: string
  readonly snippets: readonly string[]
  readonly confidence?: number
  readonly searchId?: string
  readonly document: Reference
  readonly version: Reference
  readonly variations: readonly Reference[]
}

interface Made {
  readonly turn: number
  readonly suggestion: Suggestion
}

/** Seconds of talk between two turns, for the suggestions' dates. */
const secondsPerTurn = 10
const hitsPerTurn = 2

/** The suggestions of all conversations, made when a conversation is first asked for. */
export class Suggestions {
  readonly #organisation: Organisation
  readonly #byConversation = new Map<string, readonly Made[]>()

  constructor(organisation: Organisation) {
    this.#organisation = organisation
  }

  /** In the order of the turns; an article is suggested once a conversation. */
  of(conversation: Conversation): Suggestion[] {
    return this.#made(conversation).map(({ suggestion }) => suggestion)
  }

  /** Those of the first `turns` turns. */
  until(conversation: Conversation, turns: number): Suggestion[] {
    return this.#made(conversation).flatMap(({ turn, suggestion }) => (turn < turns ? suggestion : []))
  }

  /** Those of one turn. */
  madeAt(conversation: Conversation, wanted: number): Suggestion[] {
    return this.#made(conversation).flatMap(({ turn, suggestion }) => (turn === wanted ? suggestion : []))
  }

  #made(conversation: Conversation): readonly Made[] {
    const known = this.#byConversation.get(conversation.id)
    if (known !== undefined) return known
    const made = this.#make(conversation)
    this.#byConversation.set(conversation.id, made)
    return made
  }

  /** @throws Refusal 404. */
  one(conversation: Conversation, id: string): Suggestion {
    const suggestion = this.of(conversation).find((candidate) => candidate.id === id)
    if (suggestion === undefined) throw notFound('suggestion', id)
    return suggestion
  }

  #make(conversation: Conversation): Made[] {
    const seen = new Set<string>()
    const made: Made[] = []
    const base = this.#organisation.basesFor(conversation.language ?? 'en')[0]
    if (base === undefined) return made
    for (const [turn, { speaker, text }] of conversation.turns.entries()) {
      if (speaker !== 'customer') continue
      const filter = ({ id, state }: Article) => state === 'Published' && !seen.has(id)
      for (const [rank, hit] of base.index.search(text, { limit: hitsPerTurn, filter }).entries()) {
        seen.add(hit.article.id)
        // A procedure that is a turn's best hit stands for a recognised intent, all else for a search.
        const intent = rank === 0 && hit.article.contentType === 'procedure'
        made.push({ turn, suggestion: this.#suggestion(conversation, turn, base, hit, intent) })
      }
    }
    return made
  }

  #suggestion(
    conversation: Conversation,
    turn: number,
    base: KnowledgeBase,
    { article, confidence }: ArticleHit,
    intent: boolean,
  ): Suggestion {
    const { name, assistantId, createdAt } = this.#organisation
    const id = stableId(name, 'suggestion', conversation.id, turn, article.id)
    const conversationUri = `/api/v2/conversations/${encodeURIComponent(conversation.id)}`
    const queueId = this.#organisation.queueId(conversation)
    const found = foundDocument(base, article)
    const searchId = stableId(name, 'search', conversation.id, turn)
    const suggestion = {
      id,
      conversation: { id: conversation.id, selfUri: conversationUri },
      assistant: { id: assistantId, selfUri: `/api/v2/assistants/${assistantId}` },
      type: intent ? ('KnowledgeArticle' as const) : ('KnowledgeSearch' as const),
      dateCreated: new Date(createdAt + turn * secondsPerTurn * 1000).toISOString(),
      triggerType: intent ? ('Intent' as const) : undefined,
      context: {
        queue: { id: queueId, selfUri: `/api/v2/routing/queues/${queueId}` },
        mediaType: 'Message',
        message: { id: stableId(name, 'message', conversation.id, turn) },
        queryStatement: conversation.turns[turn]?.text ?? '',
      },
      state: 'Suggested' as const,
      ...(intent ? { knowledgeArticle: found } : { knowledgeSearch: { ...found, confidence, searchId } }),
      selfUri: `${conversationUri}/suggestions/${id}`,
    }
    return suggestion
  }
}

function foundDocument(base: KnowledgeBase, article: Article): FoundDocument {
  const selfUri = documentUri(base, article)
  const variation = variationId(base, article)
  return {
    title: article.title,
    snippets: [plainText(article.body).slice(0, 240)],
    document: { id: article.id, selfUri },
    version: versionReference(base, article),
    variations: [{ id: variation, selfUri: `${selfUri}/variations/${variation}` }],
  }
}
