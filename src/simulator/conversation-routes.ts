// GET /api/v2/conversations/{id} and the Agent Copilot suggestions of a conversation.
import { z } from 'zod'
import type { Conversation } from '../articles/article.ts'
import { type Organisation, queueName } from './organisation.ts'
import { page } from './paging.ts'
import { readBody, readChoice } from './read-request.ts'
import { notFound } from './refusal.ts'
import type { Call, Route } from './route.ts'
import { type Suggestions, suggestionStates, suggestionTypes } from './suggestions.ts'

const conversations = '/api/v2/conversations/{conversationId}'

const engagementRequest = z.strictObject({
  engagementType: z.enum(['Dismissed', 'Copied', 'Opened', 'Feedback']),
  feedback: z.strictObject({ rating: z.enum(['Negative', 'Positive']) }).optional(),
})

const relevanceRequest = z.strictObject({
  suggestionId: z.string(),
  userProvided: z.boolean().optional(),
  relevance: z.enum(['Unknown', 'Relevant', 'Irrelevant']),
})

const stateAfter = {
  Dismissed: 'Dismissed',
  Copied: 'Accepted',
  Opened: 'Accepted',
  Feedback: 'Rated',
} as const

export function conversationRoutes(
  organisation: Organisation,
  suggestions: Suggestions,
  /** How many turns of a conversation are over: what comes after them has suggested nothing yet. */
  spoken: (conversation: Conversation) => number,
): Route[] {
  const conversationOf = (call: Call): Conversation => {
    const id = call.params.conversationId ?? ''
    const conversation = organisation.conversation(id)
    if (conversation === undefined) throw notFound('conversation', id)
    return conversation
  }
  const suggestionOf = (call: Call, id = call.params.suggestionId ?? '') =>
    suggestions.one(conversationOf(call), id)
  return [
    {
      operation: 'conversation',
      method: 'GET',
      path: conversations,
      permission: 'conversation:communication:view',
      handle: (call) => ({ status: 200, body: toConversation(organisation, conversationOf(call)) }),
    },
    {
      operation: 'suggestions',
      method: 'GET',
      path: `${conversations}/suggestions`,
      permission: 'conversation:suggestion:view',
      handle: (call) => {
        const type = readChoice(call, 'type', suggestionTypes)
        const state = readChoice(call, 'state', suggestionStates)
        const conversation = conversationOf(call)
        const shown = suggestions
          .until(conversation, spoken(conversation))
          .filter((one) => (type ?? one.type) === one.type && (state ?? one.state) === one.state)
        return {
          status: 200,
          body: page(call, shown, { idOf: ({ id }) => id, toEntity: (one) => one, maxPageSize: 200 }),
        }
      },
    },
    {
      operation: 'suggestion-feedback',
      method: 'POST',
      path: `${conversations}/suggestions/feedback`,
      permission: 'conversation:suggestionFeedback:add',
      handle: (call) => {
        suggestionOf(call, readBody(call, relevanceRequest).suggestionId).state = 'Rated'
        return { status: 204 }
      },
    },
    {
      operation: 'suggestion',
      method: 'GET',
      path: `${conversations}/suggestions/{suggestionId}`,
      permission: 'conversation:suggestion:view',
      handle: (call) => ({ status: 200, body: suggestionOf(call) }),
    },
    {
      operation: 'suggestion-engagement',
      method: 'POST',
      path: `${conversations}/suggestions/{suggestionId}/engagement`,
      permission: 'conversation:suggestionEngagement:add',
      handle: (call) => {
        const suggestion = suggestionOf(call)
        const engagement = readBody(call, engagementRequest)
        suggestion.state = stateAfter[engagement.engagementType]
        return { status: 200, body: engagement }
      },
    },
  ]
}

function toConversation(organisation: Organisation, conversation: Conversation): object {
  const startTime = new Date(organisation.createdAt).toISOString()
  const participant = (purpose: 'customer' | 'agent') => ({
    id: organisation.participantId(conversation, purpose),
    startTime,
    connectedTime: startTime,
    name: purpose === 'agent' ? 'Agent' : 'Customer',
    purpose,
    participantType: purpose === 'agent' ? 'Internal' : 'External',
    queueId: organisation.queueId(conversation),
    queueName: queueName(conversation),
    locale: conversation.language ?? 'en-US',
    attributes: { tags: conversation.tags.join(','), entityIds: conversation.entityIds.join(',') },
  })
  return {
    id: conversation.id,
    startTime,
    state: 'connected',
    participants: [
      participant('customer'),
      { ...participant('agent'), userId: organisation.agentId(conversation) },
    ],
    selfUri: `/api/v2/conversations/${encodeURIComponent(conversation.id)}`,
  }
}
