// Source `copilot-suggestions`: what Genesys Agent Copilot has suggested for this conversation.
import { z } from 'zod'
import { lengthPrefixed } from '../cache/cache-key.ts'
import type { Clock } from '../clock.ts'
import { isCuecardError } from '../errors.ts'
import type { GenesysAnswer, GenesysClient } from '../genesys/genesys-client.ts'
import type { ContentSource, SourceAnswer, SourceCall } from '../retrieval/content-source.ts'
import { entries, readEach } from './answer-fields.ts'
import type { PushedSuggestions } from './pushed-suggestions.ts'
import { itemsOf, copilotName as name, type Suggestion, suggestionSchema } from './suggestion.ts'

const answer = z.object({ entities: entries.nullish() })

export function copilotSuggestions({
  client,
  clock,
  pushed,
}: {
  client: GenesysClient
  clock: Clock
  /** What Genesys tells by itself: where that is all there is, no call is made. */
  pushed?: PushedSuggestions | undefined
}): ContentSource {
  return {
    name,
    // As a part of a path these two mean another path, and no conversation is called so.
    key: ({ interactionId }) =>
      interactionId === '.' || interactionId === '..' ? undefined : lengthPrefixed([interactionId]),
    async retrieve({ interactionId }, call) {
      const known = pushed?.all(interactionId)
      if (known !== undefined) return answerOf(known, clock)
      const complete = pushed?.completion(interactionId)
      const { value, upstreamMs, queuedMs } = await suggestionsOf(client, interactionId, call)
      const told = readEach(suggestionSchema, value.entities ?? [], 'suggestions')
      return { ...answerOf(complete?.(told) ?? told, clock), upstreamMs, queuedMs }
    },
  }
}

function answerOf(suggestions: readonly Suggestion[], clock: Clock): SourceAnswer {
  const now = clock.now()
  const items = itemsOf(suggestions)
  return { source: name, items, fetchedAt: now, freshUntil: now, upstreamMs: 0, queuedMs: 0 }
}

async function suggestionsOf(
  client: GenesysClient,
  interactionId: string,
  call: SourceCall,
): Promise<GenesysAnswer<z.infer<typeof answer>>> {
  const path = `/api/v2/conversations/${encodeURIComponent(interactionId)}/suggestions?pageSize=100`
  try {
    return await client.call({ doing: 'reading the suggestions', method: 'GET', path, answer }, call)
  } catch (error) {
    // A conversation without an assistant, or one that Genesys does not know, simply has no suggestions.
    if (!isCuecardError(error, 'genesys.not_found')) throw error
    return { value: {}, upstreamMs: 0, queuedMs: 0 }
  }
}
