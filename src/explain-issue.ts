// Turns a zod error into one clear sentence with the field's path: the same words in the library, command and HTTP.
import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** The first problem of a zod error: `field` such as `turns[3].text` (empty for the whole value), and the sentence. */
export function explainIssue(error: z.ZodError): { field: string; problem: string } {
  const [issue] = error.issues
  return issue === undefined ? { field: '', problem: 'is invalid' } : explain(issue, [])
}

function explain(issue: Issue, above: readonly PropertyKey[]): { field: string; problem: string } {
  const path = [...above, ...issue.path]
  if (issue.code === 'unrecognized_keys')
    return { field: fieldPath([...path, issue.keys[0] ?? '']), problem: 'unknown key' }
  const nearest = issue.code === 'invalid_union' ? nearestOf(issue.errors) : undefined
  if (nearest !== undefined) return explain(nearest, path)
  // Our own sentences begin in lower case, zod's do not.
  const own = !/^\p{Lu}/u.test(issue.message)
  return { field: fieldPath(path), problem: own ? issue.message : problemOf(issue) }
}

/** Of the forms that a value may have, the one it was meant to have: where more is wrong than its type. */
function nearestOf(forms: readonly (readonly Issue[])[]): Issue | undefined {
  return forms
    .map(([first]) => first)
    .find((first) => first !== undefined && (first.code !== 'invalid_type' || first.path.length > 0))
}

/** zod's own findings in the words of someone who has never heard of it. */
function problemOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) return 'is missing'
      return `must be ${typeNames.get(issue.expected) ?? 'of another type'}`
    case 'too_small':
      if (issue.origin !== 'number' && issue.minimum === 1) return 'must not be empty'
      return `must ${amount(issue.origin, `at least ${issue.minimum}`)}`
    case 'too_big':
      return `must ${amount(issue.origin, `at most ${issue.maximum}`)}`
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`
    default:
      return 'does not have the right form'
  }
}

const typeNames: ReadonlyMap<string, string> = new Map([
  ['string', 'a string'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'an object'],
])

function amount(origin: string, bound: string): string {
  if (origin === 'string') return `have ${bound} characters`
  return origin === 'array' ? `have ${bound} entries` : `be ${bound}`
}

function fieldPath(path: readonly PropertyKey[]): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else text += text === '' ? nameOf(part) : `.${nameOf(part)}`
  }
  return text
}

/** A key as it is, or quoted and cut where it would break the sentence: it may come from anyone. */
function nameOf(key: PropertyKey): string {
  const text = String(key)
  return /^[\p{L}\p{N}_$@-]{1,64}$/u.test(text) ? text : JSON.stringify(text.slice(0, 64).toWellFormed())
}
