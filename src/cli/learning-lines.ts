// What `cuecard rank learn` tells people.
import type { Estimate } from '../learning/estimators.ts'
import type { Learning } from '../learning/learn.ts'
import type { ProfileFile } from '../learning/weighted-profile.ts'
import { counted } from './counted.ts'
import { percent } from './figures.ts'
import type { Terminal } from './terminal.ts'

/** What is printed with `--json`. */
export interface LearningReport extends Learning {
  /** The profile that the candidate starts from, and its weights. */
  readonly profile: string
  readonly current: Readonly<Record<string, number>>
  /** Retrievals that were not learnt from, since other features ranked them: how many, by their profile. */
  readonly skipped: Readonly<Record<string, number>>
  /** What `--out` writes; absent where there is too little to learn from. */
  readonly file?: ProfileFile
}

/** The report, line by line. */
export function linesOfLearning(report: LearningReport, { paint }: Pick<Terminal, 'paint'>): string[] {
  const { candidate, retrievals, interactions, uses, profile } = report
  const head = `Profile ${paint('bold', profile)}: ${counted(retrievals, 'retrieval')} of ${counted(interactions, 'interaction')}, ${counted(uses, 'use')}`
  if (candidate === undefined) return [head, ...skippedIn(report), paint('yellow', tooFew(report))]
  const { judgement, current } = candidate
  const row = (name: string, { value, low, high }: Estimate) =>
    `  ${name.padEnd(28)}${paint('bold', wide(value))}  ${wide(low)} ..${wide(high)}`
  return [
    head,
    ...skippedIn(report),
    '',
    paint('dim', `  uses in 100 retrievals              95% interval`),
    row('now, doubly robust', current.doublyRobust),
    row('candidate, IPS', judgement.ips),
    row('candidate, SNIPS', judgement.snips),
    row('candidate, doubly robust', judgement.doublyRobust),
    row('gain', judgement.gain),
    `  told as surely as by ${Math.round(judgement.effectiveRetrievals).toLocaleString('en')} retrievals shown by the candidate itself`,
    '',
    paint('dim', '  weight                           now  candidate'),
    ...Object.entries(candidate.weights).map(
      ([name, weight]) =>
        `  ${name.padEnd(28)}${rounded(report.current[name] ?? 0)}  ${paint('bold', rounded(weight))}`,
    ),
    '',
    ...verdictOf(report).map((sentence) => paint('yellow', sentence)),
  ]
}

function skippedIn({ skipped, profile }: LearningReport): string[] {
  const parts = Object.entries(skipped).map(([name, count]) => `${counted(count, 'retrieval')} by ${name}`)
  if (parts.length === 0) return []
  return [`Skipped, since they were ranked by other features than those of ${profile}: ${parts.join(', ')}`]
}

function tooFew({ missingUses, uses, retrievals }: LearningReport): string {
  const more =
    uses === 0
      ? ''
      : `, which come with about ${Math.ceil((missingUses * retrievals) / uses).toLocaleString('en')} more retrievals`
  return `Too few uses to learn from: ${counted(missingUses, 'more use')} must be reported${more}`
}

function verdictOf({ candidate, neededRetrievals, exchangedUses }: LearningReport): string[] {
  const gain = candidate?.judgement.gain
  const sentences: string[] = []
  if (gain === undefined) return sentences
  if (gain.low > 0) sentences.push('The gain is certain at 95%')
  else if (neededRetrievals === undefined) sentences.push('There is no gain: keep the profile as it is')
  else
    sentences.push(
      `The gain is not certain: of this size it would be with about ${neededRetrievals.toLocaleString('en')} retrievals`,
    )
  if (exchangedUses === 0)
    sentences.push(
      'How often each place is looked at is supposed, since no places were exchanged, and the intervals are as wide as that is uncertain; "learning.exploration: 0.05" finds out',
    )
  return sentences
}

function wide(share: number): string {
  return percent(share).padStart(6)
}

function rounded(weight: number): string {
  return weight.toFixed(3).padStart(9)
}
