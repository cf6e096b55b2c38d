// Recomputes the scores in the entry of a retrieval from the explanations beside them.
import type { JsonValue } from './canonical-json.ts'

/**
 * What does not add up in the items of an entry's body, one sentence each; empty for an entry without items. In IEEE
 * 754 doubles, to the last bit: value x weight = contribution, and the contributions, added from left to right, are the
 * score.
 */
export function scoreMismatches(body: JsonValue): string[] {
  const items = member(body, 'items')
  return Array.isArray(items) ? items.flatMap((item, index) => mismatchesOf(item, `items[${index}]`)) : []
}

function mismatchesOf(item: JsonValue, place: string): string[] {
  const explanation = member(item, 'explanation')
  const score = member(item, 'score')
  if (!Array.isArray(explanation) || typeof score !== 'number')
    return [`${place} has no score with an explanation`]
  const mismatches: string[] = []
  let sum = 0
  for (const [index, term] of explanation.entries()) {
    const [value, weight, contribution] = ['value', 'weight', 'contribution'].map((name) =>
      member(term, name),
    )
    if (typeof value !== 'number' || typeof weight !== 'number' || typeof contribution !== 'number')
      return [`${place}.explanation[${index}] has no value, weight and contribution`]
    if (value * weight !== contribution)
      mismatches.push(`${place}.explanation[${index}].contribution is ${contribution}, not ${value * weight}`)
    sum += contribution
  }
  if (sum !== score) mismatches.push(`${place}.score is ${score}, not ${sum}`)
  return mismatches
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.hasOwn(value, name) ? (value as Record<string, JsonValue>)[name] : undefined
}
