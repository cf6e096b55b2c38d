// The names by which fault plans, statistics and request logs speak of what the simulator serves.

/** One name for each endpoint; `unknown` stands for a path or method that the simulator does not serve. */
export const OPERATIONS = [
  'token',
  'assist-content',
  'knowledge-bases',
  'knowledge-base',
  'knowledge-search',
  'knowledge-documents',
  'knowledge-document',
  'knowledge-view',
  'knowledge-copy',
  'knowledge-presentation',
  'knowledge-feedback',
  'conversation',
  'suggestions',
  'suggestion',
  'suggestion-engagement',
  'suggestion-feedback',
  'assistant-queues',
  'assistant',
  'users-me',
  'unknown',
  'notification-channels',
  'notification-subscriptions',
  'notification-socket',
] as const

export type Operation = (typeof OPERATIONS)[number]
