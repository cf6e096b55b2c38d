// What a reply's headers say of where it came from: `Cache-Status` (RFC 9211).
import type { Retrieval } from '../retrieval/retrieval.ts'

/**
 * A hit where everything was at hand, which takes no time; its `ttl` is negative once it is stale. Else `fwd` says why
 * Genesys was waited for: `miss`, or `stale` where it did not answer and an older answer had to do.
 */
export function cacheStatusOf(
  { freshness, degraded, timings }: Retrieval,
  freshSecondsOf?: (source: string) => number,
): string {
  const { status, ageSeconds, source } = freshness
  const detail = degraded === null ? '' : `; detail=${degraded.code}`
  if (ageSeconds === null || source === null) return `cuecard; fwd=miss${detail}`
  if (timings.totalMs > 0 && status !== 'stale') return `cuecard; fwd=miss${detail}`
  const fresh = freshSecondsOf?.(source)
  const ttl = fresh === undefined ? '' : `; ttl=${Math.floor(fresh - ageSeconds)}`
  return `cuecard; ${timings.totalMs > 0 ? 'fwd=stale' : 'hit'}${ttl}${detail}`
}
