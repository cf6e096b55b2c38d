// Sign-in at Genesys by the authorization code grant with PKCE (RFC 7636), in a popup of this origin.
import { acceptedCode, base64Url, challengeOf } from './pkce.ts'

export interface PkceOptions {
  /** Such as `https://login.mypurecloud.com`. */
  readonly loginUrl: string
  readonly clientId: string
  /** Of this page's origin: /ui/signed-in.html, which must be registered with the client. */
  readonly redirectUri: string
}

/**
 * Opens the popup and gives back an access token. Call it on the agent's own action: browsers block popups otherwise.
 * @throws Error when the popup was blocked or closed, or Genesys refused.
 */
export async function signInByPopup({ loginUrl, clientId, redirectUri }: PkceOptions): Promise<string> {
  const random = () => base64Url(crypto.getRandomValues(new Uint8Array(32)))
  const [verifier, state] = [random(), random()]
  // Opened before anything is awaited, as part of the agent's own action.
  const popup = open('about:blank', 'cuecard-sign-in', 'popup,width=480,height=640')
  if (popup === null) throw new Error('The browser blocked the sign-in window')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: 'S256',
  })
  popup.location.href = `${loginUrl}/oauth/authorize?${query}`
  const code = await codeFrom(popup, { origin: new URL(redirectUri).origin, state })
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
  const response = await fetch(`${loginUrl}/oauth/token`, { method: 'POST', body })
  const reply: unknown = await response.json().catch(() => null)
  const token: unknown =
    typeof reply === 'object' && reply !== null ? Reflect.get(reply, 'access_token') : null
  if (!response.ok || typeof token !== 'string') throw new Error('Genesys gave no token')
  return token
}

function codeFrom(popup: Window, expected: { origin: string; state: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void) => {
      removeEventListener('message', listen)
      clearInterval(watch)
      popup.close()
      settle()
    }
    const listen = (event: MessageEvent) => {
      const accepted = event.source === popup ? acceptedCode(event, expected) : null
      if (accepted === null) return
      if ('code' in accepted) done(() => resolve(accepted.code))
      else done(() => reject(new Error(accepted.error)))
    }
    // No event tells that a window of another origin was closed.
    const watch = setInterval(() => {
      if (popup.closed) done(() => reject(new Error('The sign-in window was closed')))
    }, 500)
    addEventListener('message', listen)
  })
}
