// The parts of PKCE (RFC 7636) that can be checked by themselves: the challenge, and which answer is taken.

/** What the redirect page tells its opener. */
export interface SignedIn {
  readonly kind: 'cuecard.signed-in'
  readonly state: string | null
  readonly code: string | null
  readonly error: string | null
}

/** Base64 for addresses (RFC 4648, 5), without padding. */
export function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
}

/** The S256 challenge of a verifier. */
export async function challengeOf(verifier: string): Promise<string> {
  return base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))))
}

/** What the popup's message says; null where it is not that of our own origin. A code counts with our own state alone. */
export function acceptedCode(
  message: { readonly origin: string; readonly data: unknown },
  expected: { readonly origin: string; readonly state: string },
): { readonly code: string } | { readonly error: string } | null {
  if (message.origin !== expected.origin) return null
  const data: unknown = message.data
  if (typeof data !== 'object' || data === null) return null
  const { kind, state, code, error }: Partial<Record<keyof SignedIn, unknown>> = data
  if (kind !== 'cuecard.signed-in') return null
  if (state !== expected.state) return { error: 'the answer belongs to another sign-in' }
  return typeof code === 'string' && code !== '' ? { code } : { error: String(error ?? 'no code came') }
}
