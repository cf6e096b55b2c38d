// What a reply's headers say of where it came from: `Cache-Status` (RFC 9211).
import type { Retrieval } from '../retrieval/retrieval.ts'

/**
 * A hit where no call to Genesys was waited for; its `ttl` is negative once it is stale. Else `fwd` says why a call was
 * needed: `miss`, or `stale` where the call failed and an older answer had to do.
 */
export function cacheStatusOf(
  { freshness, degraded, timings }: Retrieval,
  freshSecondsOf?: (source: string) => number,
): string {
  const { status, ageSeconds, source } = freshness
  if (ageSeconds === null || source === null) return `cuecard; fwd=miss; detail=${degraded?.code ?? 'none'}`
  if (timings.upstreamMs > 0) return 'cuecard; fwd=miss'
  const fresh = freshSecondsOf?.(source)
  const ttl = fresh === undefined ? '' : `; ttl=${Math.floor(fresh - ageSeconds)}`
  return status === 'stale' && degraded !== null
    ? `cuecard; fwd=stale${ttl}; detail=${degraded.code}`
    : `cuecard; hit${ttl}`
}
