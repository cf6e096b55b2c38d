// The headers that every reply has. Set by hand: they never change, and @fastify/helmet would set them anew each time.

/** Every answer is about a person, and none of them is a page. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Names and values in turn. */
export const securityHeaderList: readonly string[] = Object.entries(securityHeaders).flat()
