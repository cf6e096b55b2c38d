// Who asks: a caller whose credential was checked, and what its roles allow.
import { CuecardError } from '../errors.ts'

/** `agent`: own interactions only. `supervisor`: insight. `compliance`: the audit log. `service`: on behalf of agents. */
export const roles = ['agent', 'supervisor', 'compliance', 'service'] as const
export type Role = (typeof roles)[number]

/** A caller that has proved who it is. */
export interface Actor {
  /** Id of the API key, `sub` of the JWT, or the Genesys user id. */
  readonly id: string
  /** At least one. */
  readonly roles: readonly Role[]
  /** The Genesys user that this caller is; absent for services. */
  readonly agentId?: string | undefined
  /** Genesys divisions the caller belongs to, where its credential says so. */
  readonly divisions: readonly string[]
  readonly via: 'api_key' | 'jwt' | 'genesys_token' | 'session' | 'library' | 'command'
}

/** What can be done, and which roles may do it. */
export const permissions = {
  'session.read': ['agent', 'supervisor', 'compliance', 'service'],
  retrieve: ['agent', 'service'],
  'context.update': ['agent', 'service'],
  'adoption.record': ['agent', 'service'],
  'insight.read': ['supervisor', 'compliance'],
  'audit.read': ['compliance'],
  'audit.export': ['compliance'],
  'audit.erase': ['compliance'],
  'deliveries.read': ['supervisor', 'compliance'],
  'deliveries.replay': ['supervisor'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

/** Whether one of the caller's roles may do this. */
export function may(actor: Actor, permission: Permission): boolean {
  const allowed: readonly Role[] = permissions[permission]
  return actor.roles.some((role) => allowed.includes(role))
}

/** Whoever is no service may act for itself only: as its own agent, on its own interactions. */
export function isBoundToItself(actor: Actor): boolean {
  return !actor.roles.includes('service')
}

/** @throws CuecardError `access.denied` naming the roles that may. */
export function demand(actor: Actor, permission: Permission): void {
  if (may(actor, permission)) return
  throw new CuecardError(
    'access.denied',
    `${permission} is for the role ${permissions[permission].join(' or ')}; this caller is ${actor.roles.join(', ')}`,
  )
}
