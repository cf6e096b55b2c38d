// An item that stays keeps its element, and no two share one.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assignSlots } from '../../ui/panel/slots.ts'

const ids = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 8 })

test('whatever comes and goes', () => {
  fc.assert(
    fc.property(fc.array(ids, { maxLength: 20 }), (lists) => {
      let before: ReadonlyMap<string, number> = new Map()
      for (const list of lists) {
        const slots = assignSlots(list, before)
        expect([...slots.keys()]).toEqual(list)
        expect(new Set(slots.values()).size).toBe(list.length)
        for (const id of list) if (before.has(id)) expect(slots.get(id)).toBe(before.get(id))
        // No more elements than there were cards on the screen at once.
        const most = Math.max(list.length, ...[...before.values()].map((slot) => slot + 1), 0)
        for (const slot of slots.values()) expect(slot).toBeLessThan(most)
        before = slots
      }
    }),
  )
})
