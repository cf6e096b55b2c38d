// The entry of a retrieval: canonical JSON, put together from parts of which the large ones are written once.
import { hash } from 'node:crypto'
import type { Actor } from '../access/actor.ts'
import { canonicalJson } from '../audit/canonical-json.ts'
import type { Inquiry } from '../retrieval/inquiry.ts'
import type { Retrieval, RetrievedItem } from '../retrieval/retrieval.ts'
import type { RetrievalSituation } from '../retrieval/retrieve.ts'
import type { EntryDraft } from './entry-draft.ts'

/** Takes card numbers and other configured patterns out of a text. */
export type Mask = (text: string) => string

/** What an inquiry brings into each of its entries: runs of members between those that the reply decides. */
interface InquiryParts {
  readonly agentId: string
  readonly interactionId: string
  readonly query: string
  readonly agent: string
  readonly audience: string
  readonly contextTags: string
  readonly entityIds: string
  readonly interaction: string
  readonly language: string
  readonly search: string
}

/** Makes entries of retrievals; what many replies share is turned into text once. */
export class RetrievalEntries {
  readonly #mask: Mask
  readonly #maskId: Mask
  readonly #inquiries = new WeakMap<Inquiry, InquiryParts>()
  readonly #items = new WeakMap<RetrievedItem, string>()
  readonly #propensities = new WeakMap<readonly number[], string>()
  readonly #refused = new WeakMap<Retrieval['refused'], string>()
  readonly #actors = new WeakMap<Actor, string>()

  /** `maskId`: for ids, which must stay apart from each other. */
  constructor(mask: Mask, maskId: Mask) {
    this.#mask = mask
    this.#maskId = maskId
  }

  /** `at` in milliseconds since the epoch, `latencyUs` in microseconds from request to reply. */
  draft(
    retrieval: Retrieval,
    { inquiry, actor, queueId }: RetrievalSituation,
    at: number,
    latencyUs: number,
  ): EntryDraft {
    const asked = known(this.#inquiries, inquiry, () => this.#partsOf(inquiry))
    const { complianceFlags, degraded, freshness, profile, timings } = retrieval
    // Members in the order of their names, as RFC 8785 wants them; numbers and texts as JSON.stringify writes them.
    const body = `{"actor":${known(this.#actors, actor, () => this.#actorOf(actor))},${asked.agent},"at":"${new Date(at).toISOString()}",${asked.audience},"complianceFlags":{"accessValidated":${complianceFlags.accessValidated},"availabilityChecked":${complianceFlags.availabilityChecked}},${asked.contextTags},"degraded":${degraded === null ? 'null' : canonicalJson({ code: degraded.code, message: this.#mask(degraded.message) })},${asked.entityIds},"freshness":{"ageSeconds":${freshness.ageSeconds},"source":${JSON.stringify(freshness.source)},"status":"${freshness.status}"},${asked.interaction},"items":${this.#itemsOf(retrieval.items)},"kind":"retrieval",${asked.language},"profile":${JSON.stringify(profile)},"propensities":${this.#propensitiesOf(retrieval)},${asked.search},"queueId":${queueId === undefined ? 'null' : JSON.stringify(this.#maskId(queueId))},"refused":${known(this.#refused, retrieval.refused, () => canonicalJson(retrieval.refused))},"retrievalId":"${retrieval.retrievalId}","timings":{"queuedMs":${timings.queuedMs},"totalMs":${timings.totalMs},"upstreamMs":${timings.upstreamMs}}}`
    return {
      kind: 'retrieval',
      at,
      agentId: asked.agentId,
      interactionId: asked.interactionId,
      body,
      retrieval: {
        retrievalId: retrieval.retrievalId,
        queueId: queueId === undefined ? '' : this.#maskId(queueId),
        language: inquiry.language,
        freshness: freshness.status,
        degraded: degraded?.code ?? '',
        latencyUs,
        items: retrieval.items.length,
        profile,
        query: asked.query,
      },
    }
  }

  #itemsOf(items: readonly RetrievedItem[]): string {
    let text = ''
    for (const item of items)
      text += `${text === '' ? '' : ','}${known(this.#items, item, () => itemOf(item))}`
    return `[${text}]`
  }

  /** Of each item in its place: 1 where nothing is explored. */
  #propensitiesOf({ items, propensities }: Retrieval): string {
    if (propensities !== undefined)
      return known(this.#propensities, propensities, () => JSON.stringify(propensities))
    return `[${'1,'.repeat(items.length).slice(0, -1)}]`
  }

  #actorOf({ id, roles, via }: Actor): string {
    return canonicalJson({ id: this.#maskId(id), roles, via })
  }

  #partsOf(inquiry: Inquiry): InquiryParts {
    const mask = this.#mask
    const agentId = this.#maskId(inquiry.agentId)
    const interactionId = this.#maskId(inquiry.interactionId)
    const query = mask(inquiry.query)
    const window = inquiry.availabilityWindow
    return {
      agentId,
      interactionId,
      query,
      agent: membersOf({ agentId }),
      audience: membersOf({ audience: inquiry.audience.key, boostCompliance: inquiry.boostCompliance }),
      contextTags: membersOf({ contextTags: inquiry.contextTags.map(mask) }),
      entityIds: membersOf({
        entityIds: inquiry.entityIds.map(mask),
        filters: {
          availabilityWindow: window && {
            end: new Date(window.end).toISOString(),
            start: new Date(window.start).toISOString(),
          },
          contentTypes: inquiry.contentTypes.map(mask),
          minRelevanceScore: inquiry.minRelevanceScore,
        },
      }),
      interaction: membersOf({ interactionId }),
      language: membersOf({ language: inquiry.language, maxResults: inquiry.maxResults }),
      search: membersOf({ query }),
    }
  }
}

/** What was shown, and enough to prove that it was this: the digest is over all that the reply said of the item. */
function itemOf(item: RetrievedItem): string {
  return canonicalJson({
    contentId: item.contentId,
    contentType: item.contentType,
    digest: hash('sha256', canonicalJson(item), 'hex'),
    explanation: item.explanation,
    isCompliant: item.isCompliant,
    relevanceScore: item.relevanceScore,
    score: item.score,
    source: item.source,
    title: item.title,
    updatedAt: item.updatedAt,
    version: item.version,
  })
}

/** The members of an object without its braces. */
function membersOf(object: Readonly<Record<string, unknown>>): string {
  return canonicalJson(object).slice(1, -1)
}

function known<K extends object, V>(memory: WeakMap<K, V>, key: K, make: () => V): V {
  let value = memory.get(key)
  if (value === undefined) {
    value = make()
    memory.set(key, value)
  }
  return value
}
