import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { piecesOf } from '../../src/insight/scope.ts'

describe('the pieces of a stretch', () => {
  it('follow each other without gap or overlap, and none is large', () => {
    fc.assert(
      fc.property(fc.nat(3_000_000), fc.nat(400_000), (first, length) => {
        const pieces = [...piecesOf({ first, end: first + length })]
        let next = first
        for (const piece of pieces) {
          expect(piece.first).toBe(next)
          expect(piece.end - piece.first).toBeGreaterThan(0)
          expect(piece.end - piece.first).toBeLessThanOrEqual(50_000)
          next = piece.end
        }
        expect(next).toBe(first + length)
      }),
    )
  })
})
