// How reports tell numbers to people.

/** With one decimal; a question mark for what nothing is known of. */
export function percent(share: number): string {
  return Number.isFinite(share) ? (100 * share).toFixed(1) : '?'
}

/** Points of a hundred, with their sign. */
export function points(change: number): string {
  const text = percent(change)
  return change > 0 && text !== '0.0' ? `+${text}` : text === '-0.0' ? '0.0' : text
}
