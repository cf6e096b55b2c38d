// What the panel shows, as a value, and how each thing that happens changes it. Knows no page, no time and no network.
import type { Freshness, Item, Retrieval } from './retrieval.ts'

/** An item in its place, and the retrieval that brought it, which its events name. */
export interface Card {
  readonly retrievalId: string
  readonly item: Item
  /** Of the answer that brought it. */
  readonly freshness: Freshness
  /** Whether that answer had to do without a source that failed. */
  readonly isDegraded: boolean
  /** When it came, in milliseconds since the epoch: a badge's age counts on from here. */
  readonly arrivedAt: number
}

export type Rating = 'positive' | 'negative'

/** Why there is nothing new to show. */
export type Trouble = 'offline' | 'signed-out' | 'not-allowed' | 'failed' | 'ended'

interface Answer {
  readonly retrieval: Retrieval
  readonly arrivedAt: number
}

export interface PanelState {
  /** In the order shown, dismissed ones left out. */
  readonly cards: readonly Card[]
  /** The newest answer about the interaction. */
  readonly live: Answer | null
  /** The answer to what the agent searched for; it stands before the live one until the search is left. */
  readonly found: Answer | null
  /** What was searched for; '': nothing. */
  readonly query: string
  /** The pointer or the focus is on the cards: nothing may move. */
  readonly isHeld: boolean
  /** `asking`: no answer yet; `slow`: for more than 200 ms, so that a skeleton says so. */
  readonly wait: 'none' | 'asking' | 'slow'
  readonly trouble: { readonly kind: Trouble; readonly detail: string } | null
  /** In the order in which they were pinned. */
  readonly pinnedIds: readonly string[]
  readonly dismissedIds: readonly string[]
  readonly ratings: Readonly<Record<string, Rating>>
  /** The dismissal that can be undone yet. */
  readonly undo: { readonly card: Card; readonly at: number } | null
  readonly isAllShown: boolean
}

export const initialState: PanelState = {
  cards: [],
  live: null,
  found: null,
  query: '',
  isHeld: false,
  wait: 'none',
  trouble: null,
  pinnedIds: [],
  dismissedIds: [],
  ratings: {},
  undo: null,
  isAllShown: false,
}

export type PanelAction =
  | { readonly type: 'asked' }
  | { readonly type: 'waited' }
  | { readonly type: 'listening' }
  | { readonly type: 'answered'; readonly retrieval: Retrieval; readonly at: number }
  | { readonly type: 'searched'; readonly query: string }
  | { readonly type: 'found'; readonly query: string; readonly retrieval: Retrieval; readonly at: number }
  | { readonly type: 'search-left' }
  | { readonly type: 'troubled'; readonly kind: Trouble; readonly detail: string }
  | { readonly type: 'held' }
  | { readonly type: 'released' }
  | { readonly type: 'new-wanted' }
  | { readonly type: 'dismissed'; readonly contentId: string }
  | { readonly type: 'undone' }
  | { readonly type: 'undo-passed' }
  | { readonly type: 'pinned'; readonly contentId: string }
  | { readonly type: 'rated'; readonly contentId: string; readonly rating: Rating }
  | { readonly type: 'all-toggled' }

/** The state after what happened. */
export function reduce(state: PanelState, action: PanelAction): PanelState {
  switch (action.type) {
    case 'asked':
      return { ...state, wait: 'asking' }
    case 'waited':
      return state.wait === 'asking' ? { ...state, wait: 'slow' } : state
    case 'listening':
      return {
        ...state,
        trouble: null,
        wait: state.query !== '' && state.found === null ? state.wait : 'none',
      }
    case 'answered': {
      const live = { retrieval: action.retrieval, arrivedAt: action.at }
      const next = { ...state, live, trouble: null, wait: state.query === '' ? 'none' : state.wait } as const
      return state.isHeld ? { ...next, cards: toldAnew(state.cards, live) } : settle(next)
    }
    case 'searched':
      return { ...state, query: action.query, found: null, wait: 'asking', trouble: null }
    case 'found': {
      // An answer to what was asked before: the agent has gone on.
      if (action.query !== state.query) return state
      const found = { retrieval: action.retrieval, arrivedAt: action.at }
      // The agent asked for it just now, so it may come under the pointer.
      return settle({ ...state, found, wait: 'none', trouble: null, isAllShown: false })
    }
    case 'search-left':
      return settle({ ...state, query: '', found: null, wait: 'none', isAllShown: false })
    case 'troubled':
      return { ...state, wait: 'none', trouble: { kind: action.kind, detail: action.detail } }
    case 'held':
      return state.isHeld ? state : { ...state, isHeld: true }
    case 'released':
      return state.isHeld ? settle({ ...state, isHeld: false }) : state
    case 'new-wanted':
      return settle({ ...state, query: '', found: null })
    case 'dismissed':
      return dismiss(state, action.contentId)
    case 'undone':
      return undo(state)
    case 'undo-passed':
      return { ...state, undo: null }
    case 'pinned':
      return togglePin(state, action.contentId)
    case 'rated':
      return { ...state, ratings: { ...state.ratings, [action.contentId]: action.rating } }
    case 'all-toggled':
      return { ...state, isAllShown: !state.isAllShown }
  }
}

/** How many of the answer that waits are not on the screen: the number of "2 new". */
export function newCount(state: PanelState): number {
  if (state.live === null || (state.query === '' && !state.isHeld)) return 0
  const known = new Set([...state.cards.map(({ item }) => item.contentId), ...state.dismissedIds])
  return state.live.retrieval.items.filter(({ contentId }) => !known.has(contentId)).length
}

/** The newest answer takes its place: pinned cards first, in their order, then the answer's own order. */
function settle(state: PanelState): PanelState {
  const answer = state.query === '' ? state.live : state.found
  // While a search runs, what stood there goes on standing there.
  if (answer === null && state.query !== '') return state
  const brought = answer === null ? [] : cardsOf(answer)
  const pinned = state.pinnedIds.flatMap((id) => {
    const card = [...brought, ...state.cards].find(({ item }) => item.contentId === id)
    return card === undefined ? [] : [card]
  })
  const rest = brought.filter(
    ({ item }) => !state.pinnedIds.includes(item.contentId) && !state.dismissedIds.includes(item.contentId),
  )
  return { ...state, cards: [...pinned, ...rest] }
}

function cardsOf({ retrieval, arrivedAt }: Answer): Card[] {
  const { retrievalId, freshness, degraded } = retrieval
  const isDegraded = degraded !== null
  return retrieval.items.map((item) => ({ retrievalId, item, freshness, isDegraded, arrivedAt }))
}

/** Nothing moves and no word changes; but how fresh a card is must not be told wrong for as long as somebody reads it. */
function toldAnew(cards: readonly Card[], { retrieval, arrivedAt }: Answer): readonly Card[] {
  const { freshness, degraded, items } = retrieval
  const confirmed = new Map(items.map((item) => [item.contentId, item.version]))
  return cards.map((card) =>
    confirmed.has(card.item.contentId) && confirmed.get(card.item.contentId) === card.item.version
      ? { ...card, freshness, isDegraded: degraded !== null, arrivedAt }
      : card,
  )
}

function dismiss(state: PanelState, contentId: string): PanelState {
  const at = state.cards.findIndex(({ item }) => item.contentId === contentId)
  const card = state.cards[at]
  if (card === undefined) return state
  return {
    ...state,
    cards: state.cards.toSpliced(at, 1),
    dismissedIds: [...state.dismissedIds, contentId],
    pinnedIds: state.pinnedIds.filter((id) => id !== contentId),
    undo: { card, at },
  }
}

function undo(state: PanelState): PanelState {
  if (state.undo === null) return state
  const { card, at } = state.undo
  const { contentId } = card.item
  return {
    ...state,
    cards: state.cards.toSpliced(Math.min(at, state.cards.length), 0, card),
    dismissedIds: state.dismissedIds.filter((id) => id !== contentId),
    undo: null,
  }
}

/** A card stays where it is when it is pinned; the next answer puts it in front. */
function togglePin(state: PanelState, contentId: string): PanelState {
  const isPinned = state.pinnedIds.includes(contentId)
  if (!isPinned && !state.cards.some(({ item }) => item.contentId === contentId)) return state
  const pinnedIds = isPinned
    ? state.pinnedIds.filter((id) => id !== contentId)
    : [...state.pinnedIds, contentId]
  return { ...state, pinnedIds }
}
