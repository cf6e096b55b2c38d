// Which knowledge bases to search for a language: named in the configuration, or found by asking once.
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import type { SourceCall } from '../retrieval/content-source.ts'
import type { GenesysClient } from './genesys-client.ts'

const listing = z.object({
  entities: z
    .array(
      z.object({
        id: z.string().min(1),
        coreLanguage: z.string().nullish(),
        published: z.boolean().nullish(),
      }),
    )
    .nullish(),
})

/** A list that was found is believed this long. */
const foundForMs = 3_600_000

/** A search is one call for each base, so no more than this many are searched for one language. */
const maxBases = 3

export interface KnowledgeBase {
  readonly id: string
  /** Primary language subtag, or undefined where it is not known. */
  readonly language: string | undefined
}

/** The knowledge bases of an organisation. */
export class KnowledgeBases {
  readonly #client: GenesysClient
  readonly #clock: Clock
  readonly #configured: readonly KnowledgeBase[] | undefined
  #found: { readonly bases: Promise<readonly KnowledgeBase[]>; readonly until: number } | undefined

  constructor(ports: { client: GenesysClient; clock: Clock; configuredIds?: readonly string[] | undefined }) {
    this.#client = ports.client
    this.#clock = ports.clock
    this.#configured = ports.configuredIds?.map((id) => ({ id, language: undefined }))
  }

  /**
   * The ids of the bases to search for a BCP 47 language, at most three.
   * @throws CuecardError as every call to Genesys.
   */
  async idsFor(language: string, call: SourceCall): Promise<readonly string[]> {
    const bases = await this.all(call)
    const primary = primarySubtag(language)
    const fitting = bases.filter((base) => base.language === undefined || base.language === primary)
    return fitting.slice(0, maxBases).map(({ id }) => id)
  }

  /**
   * The bases that are configured, else every published one.
   * @throws CuecardError as every call to Genesys.
   */
  async all(call: SourceCall): Promise<readonly KnowledgeBase[]> {
    return this.#configured ?? (await this.#list(call))
  }

  #list(call: SourceCall): Promise<readonly KnowledgeBase[]> {
    if (this.#found === undefined || this.#clock.now() >= this.#found.until) {
      const bases = this.#ask(call)
      const found = { bases, until: this.#clock.now() + foundForMs }
      this.#found = found
      bases.catch(() => {
        if (this.#found === found) this.#found = undefined
      })
    }
    return this.#found.bases
  }

  async #ask(call: SourceCall): Promise<readonly KnowledgeBase[]> {
    // Shared by all who search at this moment: the first one's giving up must not fail the others, nor its being
    // a mere refresh hold up an agent.
    const shared: SourceCall = { deadline: call.deadline, priority: 'interactive' }
    try {
      const { value } = await this.#client.call(
        {
          doing: 'listing knowledge bases',
          method: 'GET',
          path: '/api/v2/knowledge/knowledgebases?pageSize=100',
          answer: listing,
        },
        shared,
      )
      return (value.entities ?? [])
        .filter(({ published }) => published !== false)
        .map(({ id, coreLanguage }) => ({
          id,
          language: coreLanguage ? primarySubtag(coreLanguage) : undefined,
        }))
    } catch (error) {
      if (!isCuecardError(error, 'genesys.forbidden')) throw error
      const hint = 'or name the bases in GENESYS_KNOWLEDGE_BASE_IDS'
      throw new CuecardError('genesys.forbidden', `${error.message}, ${hint}`, error.details)
    }
  }
}

function primarySubtag(tag: string): string {
  return (tag.split('-')[0] ?? tag).toLowerCase()
}
