// The page to which Genesys sends the popup back: hands what came to the panel, and to no other origin.
import type { SignedIn } from '../shared/pkce.ts'

const query = new URLSearchParams(location.search)
const message: SignedIn = {
  kind: 'cuecard.signed-in',
  state: query.get('state'),
  code: query.get('code'),
  error: query.get('error_description') ?? query.get('error'),
}
const opener: Window | null = window.opener
opener?.postMessage(message, location.origin)
history.replaceState(null, '', location.pathname)
