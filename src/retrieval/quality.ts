// What a reply says of itself: how fresh it is, and why it is less than it could be.
import { mirrorName, type SourceAnswer } from './content-source.ts'
import type { Found } from './fan-out.ts'
import type { Degradation, Retrieval } from './retrieval.ts'

/**
 * The oldest part decides: a reply is never called fresher than what is in it. A source that found nothing is part of
 * it only where no source found anything. An empty reply for which a source is missing is none at all. One that shows
 * anything of the mirror rests on it.
 */
export function freshnessOf(
  { answers, failures }: Found,
  items: readonly { readonly source: string }[],
  askedAt: number,
  now: number,
): Retrieval['freshness'] {
  let oldest: SourceAnswer | undefined
  let stale = false
  const isMirrored = items.some(({ source }) => source === mirrorName)
  const telling = answers.length > 1 && answers.some(({ items }) => items.length > 0)
  for (const answer of answers) {
    if (telling && answer.items.length === 0) continue
    if (items.length > 0 && answer.source === mirrorName && !isMirrored) continue
    if (oldest === undefined || answer.fetchedAt < oldest.fetchedAt) oldest = answer
    // Fresh is what was so when it was asked for: another source may have taken its time since.
    if (askedAt >= answer.freshUntil) stale = true
  }
  if (oldest === undefined || (items.length === 0 && failures.length > 0))
    return { status: 'none', ageSeconds: null, source: null }
  const ageSeconds = Math.round((now - oldest.fetchedAt) / 100) / 10
  const status = isMirrored || oldest.source === mirrorName ? 'mirror' : stale ? 'stale' : 'fresh'
  return { status, ageSeconds, source: oldest.source }
}

/** Null for an answer from every source asked, with something in it. */
export function degradationOf(
  { answers, failures }: Found,
  items: number,
  refused: number,
): Degradation | null {
  const failure = failures[0]
  if (failure !== undefined) {
    // What Genesys said may end as a sentence does.
    const reasons = failures.map(({ source, error }) => `${source}: ${error.message.replace(/[.\s]+$/, '')}`)
    return { code: failure.error.code, message: reasons.join('; ') }
  }
  if (items > 0) return null
  if (answers.length === 0)
    return {
      code: 'nothing.asked',
      message: 'No source takes such a request; give a query, tags or entity ids',
    }
  if (refused > 0)
    return {
      code: 'nothing.eligible',
      message: `${refused} item${refused === 1 ? ' was' : 's were'} found, and none of them may be shown here and now`,
    }
  return { code: 'nothing.found', message: 'Every source answered, and none knows anything that fits' }
}
