// The panel's state: nothing moves while it is held, nothing is lost when it is let go.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Item, Retrieval } from '../../ui/panel/retrieval.ts'
import { initialState, newCount, type PanelAction, type PanelState, reduce } from '../../ui/panel/state.ts'

const item = (contentId: string): Item => ({
  contentId,
  title: contentId,
  snippet: '',
  url: null,
  contentType: 'article',
  language: null,
  isCompliant: false,
  explanation: [],
  source: 'knowledge-search',
  version: null,
  updatedAt: null,
})
const answer = (retrievalId: string, ids: readonly string[]): Retrieval => ({
  retrievalId,
  items: ids.map(item),
  freshness: { status: 'fresh', ageSeconds: 0, source: null },
  degraded: null,
})
const answered = (ids: readonly string[], retrievalId = ids.join('')): PanelAction => ({
  type: 'answered',
  retrieval: answer(retrievalId, ids),
  at: 0,
})
const after = (...actions: PanelAction[]) => actions.reduce(reduce, initialState)
const idsOf = ({ cards }: PanelState) => cards.map(({ item }) => item.contentId)

test('an answer takes the place of the one before, unless it is held; then what is new waits and is counted', () => {
  const held = after(answered(['a', 'b']), { type: 'held' }, answered(['c', 'a', 'd']))
  expect(idsOf(held)).toEqual(['a', 'b'])
  expect(newCount(held)).toBe(2)
  expect(idsOf(reduce(held, { type: 'released' }))).toEqual(['c', 'a', 'd'])
  expect(idsOf(reduce(held, { type: 'new-wanted' }))).toEqual(['c', 'a', 'd'])
})

test('a card names the retrieval that brought it', () => {
  const held = after(answered(['a'], 'r-1'), { type: 'held' }, answered(['a'], 'r-2'))
  expect(held.cards[0]?.retrievalId).toBe('r-1')
  expect(reduce(held, { type: 'released' }).cards[0]?.retrievalId).toBe('r-2')
})

test('while it is held a card tells how fresh it is now, where the answer confirms that version of it', () => {
  const outage = { code: 'genesys.unavailable', message: '' }
  const retrieval = { ...answer('r-2', ['new', 'a', 'b']), degraded: outage }
  const other = retrieval.items.map((one) => (one.contentId === 'b' ? { ...one, version: '2' } : one))
  const held = after(
    answered(['a', 'b']),
    { type: 'held' },
    { type: 'answered', retrieval: { ...retrieval, items: other }, at: 9 },
  )
  expect(held.cards.map(({ isDegraded, arrivedAt }) => [isDegraded, arrivedAt])).toEqual([
    [true, 9],
    [false, 0],
  ])
})

test('a search stands before the interaction until it is left, and an answer to an older search is not taken', () => {
  const searched = after(answered(['a']), { type: 'searched', query: 'fees' })
  expect(idsOf(searched)).toEqual(['a'])
  const late = reduce(searched, { type: 'found', query: 'fee', retrieval: answer('r', ['x']), at: 0 })
  expect(idsOf(late)).toEqual(['a'])
  const found = reduce(searched, { type: 'found', query: 'fees', retrieval: answer('r', ['y']), at: 0 })
  const live = reduce(found, answered(['b']))
  expect([idsOf(live), newCount(live)]).toEqual([['y'], 1])
  expect(idsOf(reduce(live, { type: 'search-left' }))).toEqual(['b'])
})

test('what was dismissed stays away and comes back to its place when it is undone', () => {
  const dismissed = after(
    answered(['a', 'b', 'c']),
    { type: 'dismissed', contentId: 'b' },
    answered(['a', 'b', 'c']),
  )
  expect(idsOf(dismissed)).toEqual(['a', 'c'])
  expect(idsOf(reduce(dismissed, { type: 'undone' }))).toEqual(['a', 'b', 'c'])
})

test('a pinned card stays when an answer comes without it', () => {
  const pinned = after(answered(['a', 'b']), { type: 'pinned', contentId: 'b' }, answered(['c']))
  expect(idsOf(pinned)).toEqual(['b', 'c'])
  expect(idsOf(after(answered(['a', 'b']), { type: 'pinned', contentId: 'b' }))).toEqual(['a', 'b'])
})

test('a skeleton comes only when nothing came for a while', () => {
  expect(after({ type: 'waited' }).wait).toBe('none')
  expect(after({ type: 'asked' }, { type: 'waited' }).wait).toBe('slow')
  expect(after({ type: 'asked' }, answered(['a']), { type: 'waited' }).wait).toBe('none')
})

const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 5 })
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const action: fc.Arbitrary<PanelAction> = fc.oneof(
  ids.map((list) => answered(list)),
  fc.constantFrom<PanelAction>(
    { type: 'held' },
    { type: 'released' },
    { type: 'new-wanted' },
    { type: 'undone' },
    { type: 'undo-passed' },
    { type: 'asked' },
    { type: 'waited' },
    { type: 'listening' },
    { type: 'search-left' },
    { type: 'searched', query: 'fees' },
    { type: 'troubled', kind: 'offline', detail: '' },
  ),
  ids.map((list): PanelAction => ({ type: 'found', query: 'fees', retrieval: answer('f', list), at: 0 })),
  id.map((contentId): PanelAction => ({ type: 'dismissed', contentId })),
  id.map((contentId): PanelAction => ({ type: 'pinned', contentId })),
)

test('held, no answer and no trouble moves a card', () => {
  const passive = new Set(['answered', 'asked', 'waited', 'listening', 'troubled', 'undo-passed', 'searched'])
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      let state = initialState
      for (const next of actions) {
        const before = state
        state = reduce(state, next)
        if (before.isHeld && passive.has(next.type)) expect(idsOf(state)).toEqual(idsOf(before))
      }
    }),
  )
})

test('let go, everything of the newest answer is on the screen but what was dismissed, and nothing twice', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      const state = [
        ...actions,
        { type: 'held' } as const,
        { type: 'search-left' } as const,
        { type: 'released' } as const,
      ].reduce(reduce, initialState)
      const shown = idsOf(state)
      expect(new Set(shown).size).toBe(shown.length)
      for (const { contentId } of state.live?.retrieval.items ?? [])
        expect(shown.includes(contentId)).toBe(!state.dismissedIds.includes(contentId))
    }),
  )
})
