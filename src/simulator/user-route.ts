// GET /api/v2/users/me: the person behind a token.
import type { Organisation } from './organisation.ts'
import { Refusal } from './refusal.ts'
import type { Route } from './route.ts'
import { stableId } from './stable-id.ts'

export function userRoute(organisation: Organisation): Route {
  const homeDivisionId = stableId(organisation.name, 'division', 'Home')
  return {
    operation: 'users-me',
    method: 'GET',
    path: '/api/v2/users/me',
    handle: ({ token }) => {
      if (token?.agent === undefined)
        throw new Refusal(400, 'This token belongs to a client, not to a user.', { code: 'not.a.user' })
      const { id, name, divisionId = homeDivisionId, state = 'active' } = token.agent
      const address = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')}@example.com`
      const division = {
        id: divisionId,
        name: divisionId === homeDivisionId ? 'Home' : divisionId,
        selfUri: `/api/v2/authorization/divisions/${encodeURIComponent(divisionId)}`,
      }
      const selfUri = `/api/v2/users/${encodeURIComponent(id)}`
      return {
        status: 200,
        body: { id, name, division, email: address, username: address, state, version: 1, selfUri },
      }
    },
  }
}
