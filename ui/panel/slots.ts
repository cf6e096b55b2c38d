// Which element shows which card. An item that stays keeps its element, and the focus with it; a new one takes the element
// of one that goes, since to fill an element anew costs a fraction of making one.

/** The element's number of each id; `before`: as it was. Numbers are the smallest that are free. */
export function assignSlots(
  ids: readonly string[],
  before: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const kept = ids.flatMap((id) => before.get(id) ?? [])
  const taken = new Set(kept)
  let next = 0
  const free = () => {
    while (taken.has(next)) next++
    taken.add(next)
    return next
  }
  return new Map(ids.map((id) => [id, before.get(id) ?? free()]))
}
