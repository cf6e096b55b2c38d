// The assistant of the queues.
import type { Organisation } from './organisation.ts'
import { page } from './paging.ts'
import { readChoice, readList } from './read-request.ts'
import { notFound } from './refusal.ts'
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
