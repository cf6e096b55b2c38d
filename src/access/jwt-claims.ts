// What the claims of a checked token say about the caller.
import { CuecardError } from '../errors.ts'
import { plainText } from '../retrieval/retrieval-request.ts'
import { type Actor, type Role, roles } from './actor.ts'

/** Where the claims are. A name is that of a claim as it stands, or a path with dots into objects. */
export interface ClaimNames {
  readonly rolesClaim: string
  readonly agentIdClaim: string
  readonly divisionsClaim: string
  /** The token's own words for cuecard's roles; absent: the role's name. */
  readonly roleNames: Readonly<Partial<Record<Role, string | undefined>>>
}

type Claims = Readonly<Record<string, unknown>>

const idSchema = plainText(1, 128)

/**
 * The caller that the claims speak of.
 * @throws CuecardError `access.denied` without a role that cuecard knows, or for an agent that is not named;
 * `access.unauthenticated` without a usable `sub`.
 */
export function claimsToActor(claims: Claims, names: ClaimNames): Actor {
  const subject = idSchema.safeParse(claims.sub)
  if (!subject.success)
    throw new CuecardError('access.unauthenticated', 'The token was refused: its claim sub is no id')
  const words = new Set(textsOf(claimOf(claims, names.rolesClaim)))
  const own = roles.filter((role) => words.has(names.roleNames[role] ?? role))
  if (own.length === 0)
    throw new CuecardError(
      'access.denied',
      `The token has no role of cuecard's in its claim ${names.rolesClaim}; it takes ${roles.map((role) => names.roleNames[role] ?? role).join(', ')}`,
    )
  const agent = own.includes('agent') ? idSchema.safeParse(claimOf(claims, names.agentIdClaim)) : undefined
  if (agent?.success === false && !own.includes('service'))
    throw new CuecardError(
      'access.denied',
      `The token has the role agent, but no Genesys user id in its claim ${names.agentIdClaim}`,
    )
  return {
    id: subject.data,
    roles: own,
    ...(agent?.success && { agentId: agent.data }),
    divisions: textsOf(claimOf(claims, names.divisionsClaim)).map((id) => id.normalize('NFC').trim()),
    via: 'jwt',
  }
}

function claimOf(claims: Claims, name: string): unknown {
  // Many providers use addresses as names: their dots are no path.
  if (Object.hasOwn(claims, name)) return claims[name]
  let at: unknown = claims
  for (const part of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Claims)[part]
  }
  return at
}

/** A list of texts, or texts with spaces between as in `scope` (RFC 8693, 4.2). */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '')
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
