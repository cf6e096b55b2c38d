// Ids of retrievals.
import { expect, it } from 'vitest'
import { idSource } from '../src/ids.ts'

it('makes UUIDs of version 8 that differ, within a source and between sources', () => {
  const sources = Array.from({ length: 20 }, idSource)
  const ids = sources.flatMap((next) => Array.from({ length: 500 }, next))
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
