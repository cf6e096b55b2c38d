// Canonical keys: parts with their lengths before them, so that no two lists of parts make the same key.

/**
 * Joins parts so that different lists never give the same text: `["ab","c"]` and `["a","bc"]` differ, as plain
 * separators cannot promise. A list within the list starts with its own length.
 */
export function lengthPrefixed(parts: readonly (string | readonly string[])[]): string {
  let key = ''
  for (const part of parts) {
    if (typeof part === 'string') {
      key += part.length
      key += ':'
      key += part
    } else {
      key += part.length
      key += '['
      for (const item of part) {
        key += item.length
        key += ':'
        key += item
      }
    }
  }
  return key
}
