// What is looked at, as it stands in the page's address: shared by link, and undone by the browser's back button.

export const views = ['insight', 'operations', 'compliance'] as const
export type View = (typeof views)[number]
export const ranges = ['1', '7', '30', '90'] as const

/** Empty texts: not set. */
export interface ViewState {
  readonly view: View
  /** Days until now; empty where `from` and `to` are set. */
  readonly range: string
  /** `YYYY-MM-DD`, both inclusive, in UTC. */
  readonly from: string
  readonly to: string
  readonly queue: string
  readonly language: string
  readonly interaction: string
}

const dayMs = 86_400_000
const dayPattern = /^\d{4}-\d{2}-\d{2}$/

/** What cannot be read is left out. */
export function readAddress(search: string): ViewState {
  const query = new URLSearchParams(search)
  const text = (name: string) => (query.get(name) ?? '').slice(0, 256)
  const day = (name: string) =>
    dayPattern.test(text(name)) && !Number.isNaN(Date.parse(text(name))) ? text(name) : ''
  const view = views.find((known) => known === text('view')) ?? 'insight'
  const [from, to] = [day('from'), day('to')]
  const range = ranges.find((days) => days === text('range')) ?? (from || to ? '' : '7')
  return {
    view,
    range,
    ...(range === '' ? { from, to } : { from: '', to: '' }),
    queue: text('queue'),
    language: text('language'),
    interaction: text('interaction'),
  }
}

/** The address's query of a state, without what is as it is by default; `search` keeps what is not ours. */
export function writeAddress(state: ViewState, search: string): string {
  const query = new URLSearchParams(search)
  for (const [name, value] of Object.entries(state)) {
    const isDefault = value === '' || (name === 'view' && value === 'insight')
    if (isDefault) query.delete(name)
    else query.set(name, value)
  }
  return `?${query}`
}

/** The service's query: ISO 8601 times, `to` exclusive. `now` in milliseconds since the epoch. */
export function insightQuery({ range, from, to, queue, language }: ViewState, now: number): URLSearchParams {
  const query = new URLSearchParams()
  const since = range === '' ? from && Date.parse(from) : now - Number(range) * dayMs
  if (since !== '') query.set('from', new Date(since).toISOString())
  if (range === '' && to) query.set('to', new Date(Date.parse(to) + dayMs).toISOString())
  if (queue) query.set('queue', queue)
  if (language) query.set('language', language)
  return query
}

/** Hours as long as there are few of them, and days from then on. */
export function stepOf({ range, from, to }: ViewState): 'hour' | 'day' {
  if (range !== '') return Number(range) <= 7 ? 'hour' : 'day'
  if (!from || !to) return 'day'
  return Date.parse(to) - Date.parse(from) <= 7 * dayMs ? 'hour' : 'day'
}
