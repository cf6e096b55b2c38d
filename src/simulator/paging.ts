// Cursor paging as Genesys does it: `after` and `before` name the entity next to which the page starts or ends.
import { invalidParameter, readInteger } from './read-request.ts'
import type { Call } from './route.ts'

/** One page; the addresses are relative to the API host. */
export interface Listing {
  readonly entities: readonly object[]
  readonly nextUri?: string
  readonly previousUri?: string
  readonly selfUri: string
}

export interface Paging<T> {
  readonly idOf: (item: T) => string
  readonly toEntity: (item: T) => object
  readonly maxPageSize: number
}

/** The page of `items` (in a stable order) that the request asks for. @throws Refusal 400 for a bad cursor or page size. */
export function page<T>(
  call: Call,
  items: readonly T[],
  { idOf, toEntity, maxPageSize }: Paging<T>,
): Listing {
  const size = readInteger(call, 'pageSize', Math.min(25, maxPageSize), maxPageSize)
  const after = cursorPosition(call, 'after', items, idOf)
  const before = cursorPosition(call, 'before', items, idOf)
  const [start, end] =
    before === undefined
      ? [(after ?? -1) + 1, (after ?? -1) + 1 + size]
      : [Math.max(0, before - size), before]
  const shown = items.slice(start, end)
  const first = shown[0]
  const last = shown.at(-1)
  return {
    entities: shown.map(toEntity),
    ...(last !== undefined && start + shown.length < items.length
      ? { nextUri: address(call, 'after', idOf(last)) }
      : {}),
    ...(first !== undefined && start > 0 ? { previousUri: address(call, 'before', idOf(first)) } : {}),
    selfUri: call.query.size === 0 ? call.path : `${call.path}?${call.query}`,
  }
}

function cursorPosition<T>(
  call: Call,
  name: string,
  items: readonly T[],
  idOf: (item: T) => string,
): number | undefined {
  const cursor = call.query.get(name)
  if (cursor === null) return undefined
  const id = Buffer.from(cursor, 'base64url').toString()
  const position = items.findIndex((item) => idOf(item) === id)
  if (position === -1) throw invalidParameter(name, cursor, 'a cursor from nextUri or previousUri')
  return position
}

function address(call: Call, direction: 'after' | 'before', id: string): string {
  const query = new URLSearchParams(call.query)
  query.delete('after')
  query.delete('before')
  query.set(direction, Buffer.from(id).toString('base64url'))
  return `${call.path}?${query}`
}
