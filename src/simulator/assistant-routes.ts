// The assistant of the queues, and the user behind a token.
import type { Organisation } from './organisation.ts'
import { page } from './paging.ts'
import { readChoice, readList } from './read-request.ts'
import { notFound, Refusal } from './refusal.ts'
import type { Route } from './route.ts'

export function assistantRoutes(organisation: Organisation): Route[] {
  const created = new Date(organisation.createdAt).toISOString()
  const { assistantId } = organisation
  return [
    {
      operation: 'assistant-queues',
      method: 'GET',
      path: '/api/v2/assistants/queues',
      permission: 'assistants:queue:view',
      handle: (call) => {
        const asked = readList(call, 'queueIds')
        const expanded = readChoice(call, 'expand', ['assistant']) !== undefined
        const ids = organisation.queueIds.filter((id) => asked.length === 0 || asked.includes(id))
        const toEntity = (id: string) => ({
          id,
          mediaTypes: ['Call', 'Message'],
          assistant: expanded ? assistant(organisation) : assistantReference(organisation),
          dateCreated: created,
          dateModified: created,
          selfUri: `/api/v2/assistants/${assistantId}/queues/${id}`,
        })
        return { status: 200, body: page(call, ids, { idOf: (id) => id, toEntity, maxPageSize: 200 }) }
      },
    },
    {
      operation: 'assistant',
      method: 'GET',
      path: '/api/v2/assistants/{assistantId}',
      permission: 'assistants:assistant:view',
      handle: (call) => {
        const id = call.params.assistantId ?? ''
        if (id !== assistantId) throw notFound('assistant', id)
        return { status: 200, body: assistant(organisation) }
      },
    },
    {
      operation: 'users-me',
      method: 'GET',
      path: '/api/v2/users/me',
      handle: ({ token }) => {
        if (token?.agent === undefined)
          throw new Refusal(400, 'This token belongs to a client, not to a user.', { code: 'not.a.user' })
        const { id, name } = token.agent
        const address = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')}@example.com`
        return {
          status: 200,
          body: {
            id,
            name,
            email: address,
            username: address,
            state: 'active',
            version: 1,
            selfUri: `/api/v2/users/${id}`,
          },
        }
      },
    },
  ]
}

function assistantReference({ assistantId, name }: Organisation) {
  return {
    id: assistantId,
    name: `${name} assistant`,
    transcriptionConfig: { vendorName: 'Genesys' },
    selfUri: `/api/v2/assistants/${assistantId}`,
  }
}

function assistant(organisation: Organisation): object {
  const knowledgeBases = organisation.copilotBases.map(({ id, coreLanguage, selfUri }) => ({
    id,
    languageCode: coreLanguage,
    selfUri,
  }))
  const created = new Date(organisation.createdAt).toISOString()
  return {
    ...assistantReference(organisation),
    dateCreated: created,
    dateModified: created,
    state: 'Active',
    knowledgeSuggestionConfig: {
      vendorName: 'GenesysKnowledgeV3',
      knowledgeBase: knowledgeBases[0],
      knowledgeBases,
    },
  }
}
