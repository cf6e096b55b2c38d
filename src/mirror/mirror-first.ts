// How the mirror takes part in a retrieval: what is asked of it first, and what only where Genesys fails.
import { type AskedSource, mirrorName } from '../retrieval/content-source.ts'
import type { MirrorAnswers } from './answer-from-mirror.ts'
import type { Mirror } from './mirror.ts'

export interface MirrorPart {
  readonly mirror: Mirror
  readonly answers: MirrorAnswers
  /** A copy of Genesys that is no older than this, in seconds, is as good as Genesys. */
  readonly trustedSeconds: number
}

/**
 * The mirror as a source: free text is answered from the articles whose copy can be trusted. Without any text there is
 * nothing that it would know better than who was asked; it is `alone` where nobody is.
 */
export function mirrorSource(part: MirrorPart, alone: boolean): AskedSource {
  const { mirror, answers } = part
  return {
    name: mirrorName,
    ask(inquiry) {
      if (inquiry.query === '' && !alone) return undefined
      if (isTrusted(part)) return answers.answer(inquiry, 'all')
      return mirror.has('own') ? answers.answer(inquiry, 'own') : undefined
    },
  }
}

/** A search at Genesys that is not asked while the mirror can be trusted. */
export function unlessMirrored(search: AskedSource, part: MirrorPart): AskedSource {
  const ask: AskedSource['ask'] = (inquiry, call) => {
    if (isTrusted(part)) return undefined
    const answer = search.ask(inquiry, call)
    if (answer === undefined || answer instanceof Promise || !part.mirror.has('genesys')) return answer
    // Of two copies the younger one: an answer that is kept for outages may be a day old.
    const mirrored = part.answers.answer(inquiry, 'all')
    return mirrored !== undefined && mirrored.fetchedAt > answer.fetchedAt ? mirrored : answer
  }
  return withStandIn({ name: search.name, ask }, part)
}

/** A source that costs a call for each interaction and is not asked while the mirror, which can be trusted, is. */
export function unlessAnswered(source: AskedSource, part: MirrorPart): AskedSource {
  return {
    name: source.name,
    ask: (inquiry, call) => (inquiry.query !== '' && isTrusted(part) ? undefined : source.ask(inquiry, call)),
  }
}

/** Where the source fails, the mirror answers, however old its copy is. */
export function withStandIn(source: AskedSource, { answers }: MirrorPart): AskedSource {
  return {
    name: source.name,
    ask: (inquiry, call) => source.ask(inquiry, call),
    standIn: (inquiry) => answers.answer(inquiry, 'all'),
  }
}

function isTrusted({ mirror, trustedSeconds }: MirrorPart): boolean {
  return mirror.isComplete('genesys') && mirror.ageSeconds('genesys') <= trustedSeconds
}
