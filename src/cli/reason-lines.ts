// Ranked items with what each score is made of, one line a reason, in words.
import type { Contribution } from '../ranking/profile.ts'
import type { RetrievedItem } from '../retrieval/retrieval.ts'
import { itemHead, textColumn } from './answer-lines.ts'
import { counted } from './counted.ts'
import type { Terminal } from './terminal.ts'
import { fitted } from './text-width.ts'

/** Smaller contributions are told together. */
const leastTold = 0.05

const words: Readonly<Record<string, string>> = {
  focus: 'is about what the conversation mentions',
  askedInFocus: 'holds what is asked, of the articles about that',
  text: 'the words that were asked for',
  openText: 'the words that were asked for, whatever it is about',
  openPhrases: 'words in the order in which they were asked for',
  openSentence: 'one sentence holds what is asked',
  openCoverage: 'holds what is asked, anywhere',
  related: 'words that the best articles share',
  experience: 'tells an experience, where a judgement is asked for',
  relevance: 'the judgement of its source',
  compliance: 'is compliant',
  resolution: 'more or fewer contacts were resolved with it',
  age: 'years since its last change',
  duplicate: 'nearly repeats an article above it',
  shown: 'was shown in this interaction',
  dismissed: 'was dismissed in this interaction',
  adoption: 'agents who saw it used it',
  learntWords: 'was used for such questions',
}

/** Place, score and title, then the reasons, the weightiest first. */
export function explainedItemLines(items: readonly RetrievedItem[], terminal: Terminal): string[] {
  return items.flatMap((item, index) => [
    itemHead(item, index, terminal),
    ...reasonLines(item.explanation, terminal),
  ])
}

function reasonLines(explanation: readonly Contribution[], { columns, paint }: Terminal): string[] {
  const told = explanation
    .filter(({ contribution }) => Math.abs(contribution) >= leastTold)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  const small = explanation.filter(
    ({ contribution }) => contribution !== 0 && Math.abs(contribution) < leastTold,
  )
  const rows = told.map((term) => [term.contribution, inWords(term)] as const)
  if (small.length > 0) {
    const sum = small.reduce((total, { contribution }) => total + contribution, 0)
    rows.push([sum, `${counted(small.length, 'smaller reason')}`])
  }
  return rows.map(([points, text]) => {
    const signed = `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(2)}`.padStart(6)
    const row = fitted(`${signed}  ${text}`, columns - textColumn).trimEnd()
    return ' '.repeat(textColumn) + paint('dim', row)
  })
}

function inWords({ feature, value }: Contribution): string {
  if (feature === 'matchingTags') return `${counted(value, 'tag')} of the interaction`
  return words[feature] ?? feature
}
