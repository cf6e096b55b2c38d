// POST /oauth/token: the client-credentials grant, with the errors in the form of Genesys's login host.
import type { Reply, Route } from './route.ts'
import type { Tokens } from './tokens.ts'

export interface OAuthClient {
  readonly clientId: string
  readonly clientSecret: string
  /** Named in the answer when configured. */
  readonly scopes: readonly string[] | undefined
}

export function tokenRoute(client: OAuthClient, tokens: Tokens): Route {
  const expected = `${client.clientId}:${client.clientSecret}`
  return {
    operation: 'token',
    method: 'POST',
    path: '/oauth/token',
    handle: ({ headers, body }) => {
      const authorization = typeof headers.authorization === 'string' ? headers.authorization : ''
      const basic = /^basic +(\S+)$/i.exec(authorization)?.[1]
      if (basic === undefined || Buffer.from(basic, 'base64').toString() !== expected)
        return refuse('invalid_client', 'The client is not known or its secret is wrong.')
      if (new URLSearchParams(body).get('grant_type') !== 'client_credentials')
        return refuse('unsupported_grant_type', 'The simulator grants client_credentials only.')
      return {
        status: 200,
        headers: { 'cache-control': 'no-store' },
        body: {
          access_token: tokens.issue().value,
          token_type: 'bearer',
          expires_in: tokens.lifetimeSeconds,
          ...(client.scopes === undefined ? {} : { scope: client.scopes.join(' ') }),
        },
      }
    },
  }
}

function refuse(error: string, description: string): Reply {
  return { status: 400, body: { error, description, error_description: description } }
}
