// Asks every source at once, and keeps what comes in time.
import { CuecardError, isCuecardError } from '../errors.ts'
import type { AskedSource, SourceAnswer, SourceCall } from './content-source.ts'
import type { Inquiry } from './inquiry.ts'

/** What the sources said: answers in the order of the sources, and one error for each that could not answer. */
export interface Found {
  readonly answers: readonly SourceAnswer[]
  readonly failures: readonly { readonly source: string; readonly error: CuecardError }[]
}

type Outcome = SourceAnswer | Failure

interface Failure {
  readonly source: string
  readonly error: CuecardError
  readonly standIn?: SourceAnswer | undefined
}

/**
 * Asks each source that has something to be asked. Every source settles by `call.deadline`, so this does too. Comes
 * back without a promise when every answer is at hand.
 * @throws CuecardError `aborted`.
 */
export function fanOut(
  sources: readonly AskedSource[],
  inquiry: Inquiry,
  call: SourceCall,
): Found | Promise<Found> {
  const outcomes: (Outcome | Promise<Outcome>)[] = []
  let atOnce = true
  for (const source of sources) {
    const outcome = ask(source, inquiry, call)
    if (outcome === undefined) continue
    if (outcome instanceof Promise) atOnce = false
    outcomes.push(outcome)
  }
  if (atOnce) return sort(outcomes as Outcome[])
  return Promise.all(outcomes).then((settled) => sort(settled))
}

function ask(
  source: AskedSource,
  inquiry: Inquiry,
  call: SourceCall,
): Outcome | Promise<Outcome> | undefined {
  const failed = (error: unknown): Outcome => {
    if (isCuecardError(error, 'aborted')) throw error
    const known = error instanceof CuecardError ? error : unexpected(error)
    return { source: source.name, error: known, standIn: source.standIn?.(inquiry) }
  }
  try {
    const answer = source.ask(inquiry, call)
    return answer instanceof Promise ? answer.catch(failed) : answer
  } catch (error) {
    return failed(error)
  }
}

function sort(outcomes: readonly Outcome[]): Found {
  const answers: SourceAnswer[] = []
  const failures: { source: string; error: CuecardError }[] = []
  for (const outcome of outcomes) {
    const answer = 'error' in outcome ? outcome.standIn : outcome
    if ('error' in outcome) failures.push({ source: outcome.source, error: outcome.error })
    // One may stand in for several.
    if (answer !== undefined && !answers.includes(answer)) answers.push(answer)
  }
  return { answers, failures }
}

/** A defect of one source, perhaps a plug-in's, must not cost the others. */
function unexpected(error: unknown): CuecardError {
  return new CuecardError('source.failed', 'The source failed in a way that nobody foresaw', {}, error)
}
