// Long work in small pieces, so that retrievals are answered in between.

/** Resolves in the next turn of the event loop, after what waits for it now. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Pieces of a list, each of `size` at the most. */
export function* piecesOf<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size)
}
