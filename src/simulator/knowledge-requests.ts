// The bodies that the knowledge endpoints take, field by field as in Genesys's definition.
import { z } from 'zod'
import { filterSchema } from './document-filter.ts'

const reference = z.strictObject({ id: z.string(), selfUri: z.string().optional() })
const entity = z.strictObject({ id: z.string() })

const application = z.strictObject({
  type: z.enum(['Assistant', 'BotFlow', 'MessengerKnowledgeApp', 'SmartAdvisor', 'SupportCenter']),
  deployment: reference.optional(),
  botFlow: reference.optional(),
  assistant: reference.optional(),
})

const conversationContext = z.strictObject({
  conversationId: z.string(),
  mediaType: z
    .enum(['Unknown', 'Callback', 'Chat', 'Cobrowse', 'Email', 'Message', 'Screenshare', 'Video', 'Voice'])
    .optional(),
  messageType: z.string().optional(),
  queueId: z.string().optional(),
  externalContactId: z.string().optional(),
})

/** The most records that one query yields, over all its pages. */
export const maxSearchRecords = 30

export const searchRequest = z.strictObject({
  query: z.string().min(3, 'needs at least 3 characters'),
  pageSize: z.number().int().min(1).max(maxSearchRecords).default(10),
  pageNumber: z.number().int().min(1).default(1),
  queryType: z.enum(['AutoSearch', 'ManualSearch', 'Suggestion']).optional(),
  includeDraftDocuments: z.boolean().default(false),
  interval: z
    .strictObject({ field: z.enum(['dateCreated', 'dateModified', 'datePublished']), value: z.string() })
    .optional(),
  filter: filterSchema.optional(),
  sortOrder: z.enum(['Asc', 'Desc']).default('Desc'),
  sortBy: z
    .enum(['ConfidenceScore', 'DateCreated', 'DateModified', 'CategoryName', 'LabelName'])
    .default('ConfidenceScore'),
  application: application.optional(),
  conversationContext: conversationContext.optional(),
  confidenceThreshold: z.number().min(0).max(1).default(0),
  answerHighlightTopResults: z.number().int().min(1).max(5).optional(),
  answerMode: z.array(z.enum(['AnswerHighlight', 'AnswerGeneration'])).optional(),
  preprocessQuery: z.boolean().optional(),
})

export type SearchRequest = z.infer<typeof searchRequest>

const queryType = z.enum([
  'Unknown',
  'Article',
  'AutoSearch',
  'Category',
  'ManualSearch',
  'Recommendation',
  'Suggestion',
  'ExpandedArticle',
])
const surfacingMethod = z.enum(['Unknown', 'Article', 'Snippet', 'Highlight', 'Generative'])

const surfacing = {
  searchId: z.string().optional(),
  queryType: queryType.optional(),
  surfacingMethod: surfacingMethod.optional(),
  sessionId: z.string().optional(),
  conversationContext: conversationContext.optional(),
  application,
}

/** Body of `/views` and `/copies`. */
export const trackingRequest = z.strictObject({
  ...surfacing,
  documentVariationId: z.string(),
  documentVersionId: z.string(),
})

export const presentationRequest = z.strictObject({
  ...surfacing,
  documents: z.array(
    z.strictObject({
      documentId: z.string(),
      documentVariationId: z.string(),
      documentVersionId: z.string(),
      surfacingMethod: surfacingMethod.optional(),
    }),
  ),
})

export const feedbackRequest = z.strictObject({
  documentVariation: entity,
  rating: z.enum(['Negative', 'Positive']),
  reason: z.enum(['DocumentContent', 'SearchResults']).optional(),
  comment: z.string().max(2000).optional(),
  search: entity.optional(),
  sessionId: z.string().optional(),
  queryType: queryType.optional(),
  surfacingMethod: surfacingMethod.optional(),
  state: z.enum(['Draft', 'Final']).optional(),
  document: z.strictObject({
    id: z.string().optional(),
    versionId: z.string(),
    knowledgeBase: z.strictObject({
      id: z.string(),
      languageCode: z.string().optional(),
      selfUri: z.string().optional(),
    }),
    selfUri: z.string().optional(),
  }),
  application,
  conversationContext: conversationContext.optional(),
  userId: z.string().optional(),
})
