// One-time links to the pages, as `cuecard serve` prints them.
import { InvalidArgumentError } from 'commander'
import type { Role } from '../access/actor.ts'
import type { Sessions } from '../access/sessions.ts'

/** Whom a link signs in. */
export interface Invited {
  readonly roles: readonly Role[]
  readonly agentId?: string
}

/** `supervisor`, `compliance`, `service`, or `agent:<Genesys user id>`; for commander, which gathers them. */
export function invitedRole(text: string, before: readonly Invited[] = []): Invited[] {
  const [, agentId] = /^agent:(\S{1,128})$/.exec(text) ?? []
  if (agentId !== undefined) return [...before, { roles: ['agent'], agentId }]
  if (text === 'supervisor' || text === 'compliance' || text === 'service')
    return [...before, { roles: [text] }]
  throw new InvalidArgumentError('It must be supervisor, compliance, service or agent:<Genesys user id>.')
}

export interface SignInLink {
  readonly page: 'panel' | 'supervisor'
  readonly roles: readonly Role[]
  readonly url: string
}

/** A link to each page that is of use to the roles; each signs in once, within 10 minutes. */
export function linksFor({ roles, agentId }: Invited, url: string, sessions: Sessions): SignInLink[] {
  const links: SignInLink[] = []
  const add = (page: SignInLink['page'], query = '') =>
    links.push({ page, roles, url: `${url}/${page}${query}#code=${sessions.invite(roles, agentId)}` })
  if (agentId !== undefined) add('panel', '?interactionId=try-1')
  else if (roles.includes('service')) add('panel', '?interactionId=try-1&agentId=me')
  if (roles.includes('supervisor') || roles.includes('compliance')) add('supervisor')
  return links
}
