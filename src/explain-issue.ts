// Turns a zod error into one clear sentence with the field's path: the same words in the library, command and HTTP.
import type { z } from 'zod'

/** The first problem of a zod error: `field` such as `turns[3].text` (empty for the whole value), and the sentence. */
export function explainIssue(error: z.ZodError): { field: string; problem: string } {
  const issue = error.issues[0]
  if (issue === undefined) return { field: '', problem: 'invalid' }
  if (issue.code === 'unrecognized_keys') {
    const path = [...issue.path, issue.keys[0] ?? '']
    return { field: fieldPath(path), problem: 'unknown key' }
  }
  return { field: fieldPath(issue.path), problem: issue.message }
}

function fieldPath(path: readonly PropertyKey[]): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else text += text === '' ? String(part) : `.${String(part)}`
  }
  return text
}
