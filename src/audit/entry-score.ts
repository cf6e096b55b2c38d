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

/** Checks entry after entry; those that repeat each other's items, as cached answers do, are read once. */
export class ScoreCheck {
  readonly #right = new Set<string>()

  /** The first mismatch of a body in canonical form, or undefined. */
  mismatchIn(body: string): string | undefined {
    const from = body.indexOf(itemsName)
    if (from < 0) return undefined
    // Behind `items` comes `kind` in canonical order. Only a whole value can be read, so `items` is all of it.
    const items = body.slice(from, body.indexOf(kindName, from) + 1)
    const isOnly = body.indexOf(itemsName, from + 1) < 0
    if (isOnly && this.#right.has(items)) return undefined
    const [mismatch] = scoreMismatches(JSON.parse(body))
    if (mismatch === undefined && isOnly && body.length < maxKept && isWhole(`{${items}}`)) {
      if (this.#right.size === maxRemembered) this.#right.clear()
      this.#right.add(items)
    }
    return mismatch
  }
}

const itemsName = '"items":'
const kindName = '],"kind":'
const maxKept = 32_768
const maxRemembered = 2000

function isWhole(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
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
