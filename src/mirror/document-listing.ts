// The calls to Genesys that the mirror is made of: bases, pages of documents, one document.
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import type { GenesysClient } from '../genesys/genesys-client.ts'
import type { SourceCall } from '../retrieval/content-source.ts'
import { entries } from '../sources/answer-fields.ts'
import { documentSchema, type KnowledgeDocument } from '../sources/knowledge-document.ts'

/** Genesys's limits. */
const documentsPerPage = 200
const basesPerPage = 100

/** Nobody waits for a sync. */
const usualCallMs = 120_000

const baseSchema = z.object({
  id: z.string().min(1).max(256),
  name: z.string().nullish(),
  coreLanguage: z.string().nullish(),
  published: z.boolean().nullish(),
  articleCount: z.number().nullish(),
  faqCount: z.number().nullish(),
})

const listing = <T extends z.ZodType>(entities: T) =>
  z.object({ entities: entities.nullish(), nextUri: z.string().nullish() })

export interface ListedBase {
  readonly id: string
  readonly name: string
  readonly language: string | null
  /** As Genesys counts them, drafts included. */
  readonly documents: number
}

/** One page of documents, each to be judged by itself. */
export interface DocumentPage {
  readonly entities: readonly unknown[]
  /** Cursor of the next page; undefined on the last one. */
  readonly next: string | undefined
}

export interface PageQuery {
  readonly baseId: string
  readonly cursor: string | null
  readonly interval: string | null
  /** Whether each document is to come with its text. */
  readonly withText: boolean
}

export interface DocumentListing {
  /** The published bases, or those of `ids` that are there and published. */
  bases(ids: readonly string[] | undefined, signal: AbortSignal): Promise<ListedBase[]>
  /** Whether a base that is not listed any more is really gone. */
  isGone(baseId: string, signal: AbortSignal): Promise<boolean>
  page(query: PageQuery, signal: AbortSignal): Promise<DocumentPage>
  /** The published version with its text, or undefined where there is none. */
  document(baseId: string, id: string, signal: AbortSignal): Promise<KnowledgeDocument | undefined>
}

/** All calls are of the lowest priority, and reject with a CuecardError as every call to Genesys. */
export function documentListing(ports: {
  readonly client: GenesysClient
  readonly clock: Clock
  readonly pageSize?: number
  /** Milliseconds for one call; half of them it may wait for its turn on the quota. */
  readonly callMs?: number
}): DocumentListing {
  const { client, clock, pageSize = documentsPerPage, callMs = usualCallMs } = ports
  const root = '/api/v2/knowledge/knowledgebases'
  const get = async <T>(doing: string, path: string, answer: z.ZodType<T>, signal: AbortSignal) => {
    const call: SourceCall = { deadline: clock.now() + callMs, signal, priority: 'mirror' }
    return (await client.call({ doing, method: 'GET', path, answer }, call)).value
  }
  const baseOf = async (id: string, signal: AbortSignal) => {
    const path = `${root}/${encodeURIComponent(id)}`
    const base = await orUndefined(get('reading a knowledge base', path, baseSchema, signal))
    return base?.published === false ? undefined : base
  }
  return {
    async bases(ids, signal) {
      if (ids !== undefined) {
        const found = []
        for (const id of ids) found.push(await baseOf(id, signal))
        return found.flatMap((base) => (base === undefined ? [] : [listedBase(base)]))
      }
      const found: z.infer<typeof baseSchema>[] = []
      let cursor: string | undefined
      do {
        const path = `${root}?pageSize=${basesPerPage}${cursor === undefined ? '' : `&after=${encodeURIComponent(cursor)}`}`
        const page = await get('listing knowledge bases', path, listing(z.array(baseSchema)), signal)
        found.push(...(page.entities ?? []))
        cursor = nextCursor(page.nextUri, cursor)
      } while (cursor !== undefined)
      return found.filter(({ published }) => published !== false).map(listedBase)
    },
    async isGone(baseId, signal) {
      return (await baseOf(baseId, signal)) === undefined
    },
    async page({ baseId, cursor, interval, withText }, signal) {
      const query = new URLSearchParams({
        pageSize: String(pageSize),
        expand: `category,labels${withText ? ',variations' : ''}`,
        ...(interval !== null && { interval, includeDrafts: 'true' }),
        ...(cursor !== null && { after: cursor }),
      })
      const path = `${root}/${encodeURIComponent(baseId)}/documents?${query}`
      const page = await get('listing documents', path, listing(entries), signal)
      return { entities: page.entities ?? [], next: nextCursor(page.nextUri, cursor ?? undefined) }
    },
    document(baseId, id, signal) {
      const path = `${root}/${encodeURIComponent(baseId)}/documents/${encodeURIComponent(id)}?expand=category,labels,variations`
      return orUndefined(get('reading a document', path, documentSchema, signal))
    },
  }
}

function listedBase({
  id,
  name,
  coreLanguage,
  articleCount,
  faqCount,
}: z.infer<typeof baseSchema>): ListedBase {
  return {
    id,
    name: name ?? id,
    language: coreLanguage ?? null,
    documents: (articleCount ?? 0) + (faqCount ?? 0),
  }
}

/** Only the cursor is taken of an address: a token goes to the configured host and nowhere else. */
function nextCursor(nextUri: string | null | undefined, before: string | undefined): string | undefined {
  if (!nextUri) return undefined
  const cursor = URL.parse(nextUri, 'https://genesys.invalid')?.searchParams.get('after')
  if (cursor && cursor !== before) return cursor
  throw new CuecardError('genesys.malformed', 'Genesys names a next page that leads nowhere')
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isCuecardError(error, 'genesys.not_found')) return undefined
    throw error
  }
}
