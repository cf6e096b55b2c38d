// Source `assist-content`: the endpoint of the founding tutorial, which organisations may front by themselves.
import { z } from 'zod'
import { lengthPrefixed } from '../cache/cache-key.ts'
import type { Clock } from '../clock.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import type { GenesysClient } from '../genesys/genesys-client.ts'
import type { ContentItem } from '../retrieval/content-item.ts'
import type { ContentSource } from '../retrieval/content-source.ts'
import type { Inquiry } from '../retrieval/inquiry.ts'
import {
  confidence,
  entries,
  identifier,
  isoTime,
  publicationState,
  readEach,
  word,
} from './answer-fields.ts'
import { snippetOf, tagsOf, titleOf, webAddress } from './safe-text.ts'

const name = 'assist-content'

const answer = z.object({ results: entries })

const optionalText = z.string().nullish()

/** Stands for a window of no known form: its ends cannot be read, so the item is kept back. */
const unreadableWindow = { start: '?', end: '?' }
const texts = z.array(z.string()).max(200).nullish()

const resultSchema = z.object({
  contentId: identifier,
  title: z.string(),
  relevanceScore: confidence,
  tags: texts,
  isCompliant: z.boolean().nullish(),
  snippet: optionalText,
  url: optionalText,
  contentType: word,
  language: word,
  version: z.union([identifier, z.number()]).nullish().catch(null),
  updatedAt: isoTime,
  state: publicationState,
  visible: z.boolean().nullish(),
  availabilityWindow: z.object({ start: optionalText, end: optionalText }).nullish().catch(unreadableWindow),
  labels: texts,
  category: z.string().max(1000).nullish(),
})

/** How long an organisation that seems to be without this endpoint is not asked again: longer each time. */
const absentForMs = { first: 60_000, most: 600_000 }

export function assistContent({ client, clock }: { client: GenesysClient; clock: Clock }): ContentSource {
  let absentUntil = Number.NEGATIVE_INFINITY
  let hasAnswered = false
  let notFound = 0
  return {
    name,
    key(inquiry) {
      if (inquiry.entityIds.length === 0 || !knowsTypesOf(inquiry)) return undefined
      return lengthPrefixed([
        inquiry.language,
        inquiry.entityIds,
        String(candidatesOf(inquiry)),
        ...filterKey(inquiry),
      ])
    },
    isAbsent: () => clock.now() < absentUntil,
    async retrieve(inquiry, call) {
      try {
        const { value, upstreamMs, queuedMs } = await client.call(
          {
            doing: 'retrieving assist content',
            method: 'POST',
            path: '/api/v2/agentassist/content/retrieve',
            body: bodyOf(inquiry),
            answer,
            scope: 'agentassist:content:read',
          },
          call,
        )
        hasAnswered = true
        const now = clock.now()
        return {
          source: name,
          items: readEach(resultSchema, value.results, 'results of the assist content').map(itemOf),
          fetchedAt: now,
          freshUntil: now,
          upstreamMs,
          queuedMs,
        }
      } catch (error) {
        if (!isCuecardError(error, 'genesys.not_found')) throw error
        // It is in no public definition: an organisation without it is no failure, and asking again costs quota. One
        // that has it may answer so for an interaction that it does not know.
        if (!hasAnswered)
          absentUntil = clock.now() + Math.min(absentForMs.first * 2 ** notFound++, absentForMs.most)
        throw new CuecardError(
          'genesys.not_found',
          'This organisation has no assist-content endpoint, or does not know the interaction',
          error.details,
        )
      }
    },
  }
}

/** More than the caller wants, since some may be refused; in two sizes, so that most callers share an answer. */
function candidatesOf({ maxResults }: Inquiry): number {
  return maxResults <= 10 ? 20 : 50
}

/** The types of the contract; others, such as `suggestion`, would have the whole request refused. */
const types = ['article', 'procedure']

function typesOf({ contentTypes }: Inquiry): readonly string[] {
  return contentTypes.length === 0 ? contentTypes : contentTypes.filter((type) => types.includes(type))
}

function knowsTypesOf(inquiry: Inquiry): boolean {
  return inquiry.contentTypes.length === 0 || typesOf(inquiry).length > 0
}

/** What `bodyOf` says besides the interaction, which the cache's sharing decides on. */
function filterKey(inquiry: Inquiry): string[] {
  const { minRelevanceScore, availabilityWindow } = inquiry
  const contentTypes = typesOf(inquiry)
  if (contentTypes.length === 0 && minRelevanceScore === 0 && availabilityWindow === undefined)
    return noFilters
  const window =
    availabilityWindow === undefined ? '' : `${availabilityWindow.start}/${availabilityWindow.end}`
  return [lengthPrefixed([contentTypes]), String(minRelevanceScore), window]
}

const noFilters: string[] = []

function bodyOf(inquiry: Inquiry): object {
  const { minRelevanceScore, availabilityWindow } = inquiry
  const contentTypes = typesOf(inquiry)
  const filters = {
    ...(contentTypes.length > 0 && { contentTypes }),
    ...(minRelevanceScore > 0 && { minRelevanceScore }),
    ...(availabilityWindow !== undefined && {
      availabilityWindow: {
        start: new Date(availabilityWindow.start).toISOString(),
        end: new Date(availabilityWindow.end).toISOString(),
      },
    }),
  }
  return {
    interactionId: inquiry.interactionId,
    entityIds: inquiry.entityIds,
    ...(Object.keys(filters).length > 0 && { filters }),
    language: inquiry.language,
    maxResults: candidatesOf(inquiry),
  }
}

function itemOf(result: z.infer<typeof resultSchema>): ContentItem {
  return {
    contentId: result.contentId,
    title: titleOf(result.title),
    snippet: snippetOf(result.snippet ?? ''),
    url: webAddress(result.url),
    contentType: result.contentType ?? 'article',
    language: result.language ?? null,
    tags: tagsOf(result.tags ?? []),
    isCompliant: result.isCompliant ?? false,
    relevanceScore: result.relevanceScore,
    source: name,
    version: result.version === null || result.version === undefined ? null : String(result.version),
    updatedAt: result.updatedAt ?? null,
    state: result.state,
    visible: result.visible ?? true,
    availableFrom: timeOf(result.availabilityWindow?.start, Number.NEGATIVE_INFINITY),
    availableUntil: timeOf(result.availabilityWindow?.end, Number.POSITIVE_INFINITY),
    labels: result.labels ?? null,
    category: result.category ?? null,
  }
}

/** NaN for a time that cannot be read, or means another one on each machine: eligibility then keeps the item back. */
function timeOf(text: string | null | undefined, open: number): number {
  if (text === null || text === undefined) return open
  return isoTime.parse(text) === null ? Number.NaN : Date.parse(text)
}
