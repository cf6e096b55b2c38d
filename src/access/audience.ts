// Who may see what: the access partition of a caller.

import type { ContentItem } from '../retrieval/content-item.ts'
import type { Role } from './actor.ts'

/** One rule of the configuration: who belongs to an audience, and what it may see. */
export interface AudienceRule {
  readonly name: string
  /** Agents who belong to it; absent: any. */
  readonly agents?: readonly string[] | undefined
  /** Queues whose interactions belong to it; absent: any. */
  readonly queues?: readonly string[] | undefined
  /** Roles of the caller, one of which is enough; absent: any. */
  readonly roles?: readonly Role[] | undefined
  /** Genesys divisions of the caller, one of which is enough; absent: any. */
  readonly divisions?: readonly string[] | undefined
  /** Labels it may see beside unlabelled items; absent: every label. */
  readonly labels?: readonly string[] | undefined
  /** Categories, with all below them, that it may see; absent: every category. */
  readonly categories?: readonly string[] | undefined
}

/** The partition a caller belongs to. Two callers with equal `key` may share every cached answer. */
export interface Audience {
  readonly key: string
  /** False when no rule is configured, so that nothing was in fact checked. */
  readonly checked: boolean
  admits(item: ContentItem): boolean
}

/** Finds the audience of a caller. */
export type AudienceOf = (agentId: string, queueId: string | undefined) => Audience

const everyone: Audience = { key: '', checked: false, admits: () => true }
const nobody: Audience = { key: 'nobody', checked: true, admits: () => false }

/**
 * The first rule whose `agents` and `queues` fit the caller decides. Without rules everyone sees everything; with
 * rules, a caller whom none fits sees nothing.
 */
export function audiencesOf(rules: readonly AudienceRule[]): AudienceOf {
  if (rules.length === 0) return () => everyone
  const compiled = rules.map((rule) => ({
    audience: toAudience(rule),
    agents: rule.agents && new Set(rule.agents),
    queues: rule.queues && new Set(rule.queues),
  }))
  return (agentId, queueId) => {
    for (const { audience, agents, queues } of compiled) {
      if (agents !== undefined && !agents.has(agentId)) continue
      if (queues !== undefined && (queueId === undefined || !queues.has(queueId))) continue
      return audience
    }
    return nobody
  }
}

function toAudience({ name, labels, categories }: AudienceRule): Audience {
  const allowed = labels && new Set(labels)
  return {
    key: `rule:${name}`,
    checked: true,
    admits: (item) =>
      (allowed === undefined || (item.labels?.every((label) => allowed.has(label)) ?? false)) &&
      (categories === undefined || categories.some((category) => isWithin(item.category, category))),
  }
}

function isWithin(category: string | null, root: string): boolean {
  return category !== null && (category === root || category.startsWith(`${root}/`))
}
