// Every state of the panel, for the tests that look at each one and for the screenshots.
import type { Page } from 'playwright-core'
import { CuecardError } from '../../src/errors.ts'
import { answer, type Floor, item } from './panel-fixture.ts'

export interface PanelScene {
  readonly name: string
  readonly opening?: Floor['opening']
  readonly token?: string | null
  /** Leads to the state and waits until it is there. */
  reach(page: Page, floor: Floor): Promise<void>
}

/** Longer than what a card shows at first. */
const long = `A second fee is waived when the first was the bank’s mistake. ${'Note the reason in the account, with the day and the amount. '.repeat(6)}`

const items = ['a', 'b', 'c', 'd', 'e', 'f'].map((id, at) =>
  item(id, {
    isCompliant: at % 2 === 0,
    source: at === 1 ? 'copilot-suggestions' : 'knowledge-search',
    version: at === 2 ? null : '7',
    ...(at === 1 && { snippet: long }),
  }),
)
const shown = (page: Page) => page.locator('article').first().waitFor()
const inState = (page: Page, name: string) => page.locator(`[data-state=${name}]`).first().waitFor()
const searchFor = async (page: Page, text: string) => {
  await page.locator('input[type=search]').fill(text)
  await page.keyboard.press('Enter')
}

export const scenes: readonly PanelScene[] = [
  { name: 'cards', opening: answer('r-1', items), reach: shown },
  {
    name: 'cached',
    opening: answer('r-1', items.slice(0, 2), {
      freshness: { status: 'stale', ageSeconds: 40, source: 'knowledge-search' },
    }),
    reach: shown,
  },
  {
    name: 'offline-copy',
    opening: answer('r-1', items.slice(0, 2), {
      freshness: { status: 'mirror', ageSeconds: 3600, source: 'mirror' },
      degraded: { code: 'genesys.unavailable', message: 'Genesys Cloud cannot be reached' },
    }),
    reach: shown,
  },
  {
    name: 'reasons',
    opening: answer('r-1', items.slice(0, 2)),
    async reach(page) {
      await page.locator('[data-command=reasons]').first().click()
      await page.locator('.reasons').waitFor()
    },
  },
  {
    name: 'search',
    opening: answer('r-1', items),
    async reach(page, floor) {
      await shown(page)
      floor.search = async () => answer('r-2', items.slice(2, 4))
      await searchFor(page, 'refund late fee')
      await page.locator('mark').first().waitFor()
    },
  },
  {
    name: 'new-waiting',
    opening: answer('r-1', items.slice(0, 2)),
    async reach(page, floor) {
      await page.locator('article').first().hover()
      floor.push(answer('r-2', [item('x'), item('y')]))
      await page.locator('[data-command=showNew]').waitFor()
    },
  },
  {
    name: 'dismiss-reason',
    opening: answer('r-1', items.slice(0, 2)),
    async reach(page) {
      await page.locator('[data-command=dismiss]').first().click()
      await page.locator('[data-reason]').first().waitFor()
    },
  },
  {
    name: 'dismissed',
    opening: answer('r-1', items.slice(0, 2)),
    async reach(page) {
      await page.locator('[data-command=dismiss]').first().click()
      await page.locator('[data-reason]').first().click()
      await page.locator('[data-command=undo]').waitFor()
    },
  },
  { name: 'listening', reach: (page) => inState(page, 'listening') },
  {
    name: 'loading',
    async reach(page, floor) {
      await inState(page, 'listening')
      floor.search = () => new Promise(() => {})
      await searchFor(page, 'refund late fee')
      await inState(page, 'loading')
    },
  },
  {
    name: 'nothing',
    async reach(page, floor) {
      const degraded = { code: 'nothing.found', message: 'Nothing was found' } as const
      floor.search = async () =>
        answer('r-2', [], { degraded, freshness: { status: 'none', ageSeconds: null, source: null } })
      await searchFor(page, 'refund late fee')
      await inState(page, 'nothing')
    },
  },
  {
    name: 'failed',
    async reach(page, floor) {
      floor.search = async () => {
        throw new CuecardError('record.unavailable', 'The record is unavailable')
      }
      await searchFor(page, 'refund late fee')
      await inState(page, 'failed')
    },
  },
  {
    name: 'offline',
    opening: answer('r-1', items.slice(0, 2)),
    async reach(page) {
      await shown(page)
      await page.context().setOffline(true)
      await inState(page, 'offline')
    },
  },
  {
    name: 'not-allowed',
    opening: new CuecardError('access.denied', 'This interaction is another agent’s'),
    reach: (page) => inState(page, 'not-allowed'),
  },
  { name: 'signed-out', token: null, reach: (page) => inState(page, 'signed-out') },
  {
    name: 'ended',
    opening: answer('r-1', items.slice(0, 2)),
    async reach(page, floor) {
      await shown(page)
      for (const follower of floor.followers) follower.end('interaction_ended')
      await inState(page, 'ended')
    },
  },
  {
    name: 'keyboard',
    opening: answer('r-1', items.slice(0, 2)),
    async reach(page) {
      await page.locator('[data-command=help]').click()
      await page.getByRole('dialog').waitFor()
    },
  },
]
