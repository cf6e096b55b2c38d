// The simulated organisation: its knowledge bases (one a language), conversations, queues and assistant.
import type { Article, Conversation } from '../articles/article.ts'
import { ArticleIndex } from '../articles/article-index.ts'
import { notFound } from './refusal.ts'
import { stableId } from './stable-id.ts'

/** Where Genesys supports another region than the one CLDR holds likely. */
const regions: Readonly<Record<string, string>> = { ar: 'ar-AE', no: 'nb-NO', tl: 'fil-PH' }

/** Genesys has knowledge bases in these languages, but no Copilot that reads them. */
const withoutCopilot = new Set(['ca', 'zh', 'vi', 'uk'])

/** The articles of one primary language. */
export class KnowledgeBase {
  readonly id: string
  readonly name: string
  /** Primary subtag such as `en`. */
  readonly language: string
  /** Such as `en-US`. */
  readonly coreLanguage: string
  readonly articles: readonly Article[]
  readonly selfUri: string
  readonly index: ArticleIndex
  readonly #byId: ReadonlyMap<string, Article>
  readonly #named: ReadonlyMap<string, ReadonlySet<Article>>

  constructor(organisation: string, language: string, articles: readonly Article[]) {
    this.id = stableId(organisation, 'knowledge-base', language)
    this.name = `${organisation} (${language})`
    this.language = language
    this.coreLanguage = regions[language] ?? likelyRegion(language)
    this.articles = articles
    this.selfUri = `/api/v2/knowledge/knowledgebases/${this.id}`
    this.index = new ArticleIndex(articles)
    this.#byId = new Map(articles.map((article) => [article.id, article]))
    this.#named = indexNames(articles)
  }

  /** @throws Refusal 404. */
  article(id: string): Article {
    const article = this.#byId.get(id)
    if (article === undefined) throw notFound('document', id)
    return article
  }

  /** The articles that bear `name` (lower case) as id, entity, tag, category or part of the category's path. */
  named(name: string): Iterable<Article> {
    return this.#named.get(name) ?? []
  }
}

/** All that the simulator's answers are made of. Immutable. */
export class Organisation {
  readonly name: string
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number
  readonly assistantId: string
  readonly bases: readonly KnowledgeBase[]
  readonly queueIds: readonly string[]
  readonly #conversations: ReadonlyMap<string, Conversation>

  constructor(
    name: string,
    createdAt: number,
    articles: readonly Article[],
    conversations: readonly Conversation[],
  ) {
    this.name = name
    this.createdAt = createdAt
    this.assistantId = stableId(name, 'assistant')
    const byLanguage = Map.groupBy(articles, (article) => primaryLanguage(article.language))
    this.bases = [...byLanguage].map(([language, own]) => new KnowledgeBase(name, language, own))
    this.queueIds = [...new Set(conversations.map((conversation) => this.queueId(conversation)))]
    this.#conversations = new Map(conversations.map((conversation) => [conversation.id, conversation]))
  }

  /** @throws Refusal 404. */
  base(id: string): KnowledgeBase {
    const base = this.bases.find((candidate) => candidate.id === id)
    if (base === undefined) throw notFound('knowledge base', id)
    return base
  }

  /** The knowledge bases for a language tag; all of them without one. */
  basesFor(language: string | undefined): readonly KnowledgeBase[] {
    if (language === undefined) return this.bases
    const primary = primaryLanguage(language)
    return this.bases.filter((base) => base.language === primary)
  }

  /** Those that the assistant reads. */
  get copilotBases(): readonly KnowledgeBase[] {
    return this.bases.filter((base) => !withoutCopilot.has(base.language))
  }

  conversation(id: string): Conversation | undefined {
    return this.#conversations.get(id)
  }

  conversations(): Iterable<Conversation> {
    return this.#conversations.values()
  }

  queueId(conversation: Conversation): string {
    return stableId(this.name, 'queue', queueName(conversation))
  }

  /** The user who speaks with the customer. */
  agentId(conversation: Conversation): string {
    return stableId(this.name, 'user', conversation.id)
  }

  participantId(conversation: Conversation, purpose: 'customer' | 'agent'): string {
    return stableId(this.name, 'participant', conversation.id, purpose)
  }
}

export function queueName(conversation: Conversation): string {
  return conversation.queue ?? 'Service'
}

export function primaryLanguage(tag: string): string {
  return tag.split(/[-_]/)[0]?.toLowerCase() ?? ''
}

function likelyRegion(language: string): string {
  try {
    const { region } = new Intl.Locale(language).maximize()
    return region === undefined ? language : `${language}-${region}`
  } catch {
    return language
  }
}

function indexNames(articles: readonly Article[]): Map<string, Set<Article>> {
  const named = new Map<string, Set<Article>>()
  for (const article of articles)
    for (const name of [
      article.id,
      ...article.entityIds,
      ...article.tags,
      article.category,
      ...article.category.split('/'),
    ]) {
      const key = name.toLowerCase()
      const found = named.get(key)
      if (found === undefined) named.set(key, new Set([article]))
      else found.add(article)
    }
  named.delete('')
  return named
}
