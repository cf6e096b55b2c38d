// Who is signed in: the credential of this tab, and the one-time link that brings it.
import { Api, ApiProblem } from './api.ts'

const tokenKey = 'cuecard.token'

/** Who the service says that the credential is. */
export interface Session {
  readonly id: string
  readonly roles: readonly string[]
  readonly agentId: string | null
  readonly via: string
}

/** What the service tells pages about itself. */
export interface PageSettings {
  readonly version: string
  readonly genesys: { readonly clientId: string; readonly loginUrl: string; readonly apiUrl: string } | null
  /** Whether whole articles can be opened in place. */
  readonly hasArticles: boolean
  readonly isDemo: boolean
}

export function readToken(): string | null {
  return sessionStorage.getItem(tokenKey)
}

export function keepToken(token: string): void {
  sessionStorage.setItem(tokenKey, token)
}

export function forgetToken(): void {
  sessionStorage.removeItem(tokenKey)
}

/** The code of a one-time link, taken out of the address at once so that it is in no history and no screenshot. */
export function takeCode(): string | null {
  const fragment = new URLSearchParams(location.hash.slice(1))
  const code = fragment.get('code')
  if (code === null) return null
  fragment.delete('code')
  const rest = fragment.toString()
  history.replaceState(history.state, '', location.pathname + location.search + (rest && `#${rest}`))
  return code
}

/**
 * Signs in by the one-time link where the address has one, and asks who the credential is. Null: signed out.
 * @throws ApiProblem when the service could not say.
 */
export async function openSession(api: Api): Promise<Session | null> {
  const code = takeCode()
  try {
    if (code !== null) {
      const { token } = await api.call<{ token: string }>('/v1/sessions', { method: 'POST', body: { code } })
      keepToken(token)
    }
    if (readToken() === null) return null
    return await api.call<Session>('/v1/session')
  } catch (error) {
    // A link that was used already, or a credential that has run out.
    if (error instanceof ApiProblem && error.status >= 400 && error.status < 404) return null
    throw error
  }
}

export function readSettings(): Promise<PageSettings> {
  return new Api({ token: () => null }).call<PageSettings>('/ui/settings.json')
}
