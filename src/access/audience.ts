// Who may see what: the access partition of a caller.
import { CuecardError } from '../errors.ts'
import type { ContentItem } from '../retrieval/content-item.ts'
import type { Actor, Role } from './actor.ts'

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

/** Who asks, as far as rules look at it; absent: nobody knows, so that no rule on roles or divisions fits. */
export type Caller = Pick<Actor, 'roles' | 'divisions'>

/** Finds the audience in which an agent is helped. */
export type AudienceOf = (agentId: string, queueId: string | undefined, caller?: Caller) => Audience

const everyone: Audience = { key: '', checked: false, admits: () => true }
const nobody: Audience = { key: 'nobody', checked: true, admits: () => false }

/**
 * The first rule of whose conditions each fits decides. Without rules everyone sees everything; with rules, a caller
 * whom none fits sees nothing. `restrictedLabels` are the labels that are about access; absent: all of them are.
 * @throws CuecardError `config.invalid` when two rules have one name: they would share their answers.
 */
export function audiencesOf(
  rules: readonly AudienceRule[],
  restrictedLabels?: readonly string[],
): AudienceOf {
  if (rules.length === 0) return () => everyone
  if (new Set(rules.map(({ name }) => name)).size < rules.length)
    throw new CuecardError('config.invalid', 'audiences: must have different names', { field: 'audiences' })
  const restricted = restrictedLabels && new Set(restrictedLabels)
  const compiled = rules.map((rule) => ({
    audience: toAudience(rule, restricted),
    agents: rule.agents && new Set(rule.agents),
    queues: rule.queues && new Set(rule.queues),
    roles: rule.roles && new Set(rule.roles),
    divisions: rule.divisions && new Set(rule.divisions),
  }))
  return (agentId, queueId, caller) => {
    for (const { audience, agents, queues, roles, divisions } of compiled) {
      if (agents !== undefined && !agents.has(agentId)) continue
      if (queues !== undefined && (queueId === undefined || !queues.has(queueId))) continue
      if (roles !== undefined && !hasOneOf(roles, caller?.roles)) continue
      if (divisions !== undefined && !hasOneOf(divisions, caller?.divisions)) continue
      return audience
    }
    return nobody
  }
}

function hasOneOf<T>(wanted: ReadonlySet<T>, own: readonly T[] | undefined): boolean {
  return own?.some((one) => wanted.has(one)) ?? false
}

function toAudience(
  { name, labels, categories }: AudienceRule,
  restricted: ReadonlySet<string> | undefined,
): Audience {
  const allowed = labels && new Set(labels)
  const isOpen = (label: string) => allowed?.has(label) || restricted?.has(label) === false
  return {
    key: `rule:${name}`,
    checked: true,
    admits: (item) =>
      (allowed === undefined || (item.labels?.every(isOpen) ?? false)) &&
      (categories === undefined || categories.some((category) => isWithin(item.category, category))),
  }
}

function isWithin(category: string | null, root: string): boolean {
  return category !== null && (category === root || category.startsWith(`${root}/`))
}
