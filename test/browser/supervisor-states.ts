// Every state of the supervisor page, for the tests that look at each one and for the screenshots.
import type { Page } from 'playwright-core'
import type { World } from './supervisor-world.ts'

export interface SupervisorScene {
  readonly name: string
  readonly token: string | null
  readonly query: string
  /** Leads to the state and waits until it is there; words differ by language, so it goes by what stands where. */
  reach(page: Page, world: World): Promise<void>
}

const section = (page: Page) => page.locator('main section').first().waitFor()
const submitIn = (page: Page, form: string) => page.locator(`${form} button`).last().click()
const verifyFirst = async (page: Page) => {
  await page.locator('section.retrieval button').first().click()
  await page.locator('.verdict').first().waitFor()
}
const erase = async (page: Page, id: string, again: string) => {
  await page.locator('input[name=id]').fill(id)
  await page.locator('input[name=again]').fill(again)
  await page.locator('button.danger').click()
}

export const supervisorScenes: readonly SupervisorScene[] = [
  { name: 'signed-out', token: null, query: '', reach: (page) => page.locator('input[name=key]').waitFor() },
  {
    name: 'not-for-role',
    token: 'agent:ann',
    query: '',
    reach: (page) => page.locator('main [role=status]').waitFor(),
  },
  {
    name: 'insight',
    token: 'supervisor',
    query: 'range=1',
    async reach(page) {
      await page.locator('cuecard-time-chart').first().waitFor()
      await page.locator('details summary').first().click()
    },
  },
  { name: 'insight-empty', token: 'supervisor', query: 'queue=nobody', reach: section },
  { name: 'operations', token: 'supervisor', query: 'view=operations', reach: section },
  {
    name: 'operations-alerts',
    token: 'supervisor',
    query: 'view=operations',
    async reach(page, world) {
      world.giveUpMessages()
      await page.reload()
      await page.locator('.alerts').waitFor()
    },
  },
  {
    name: 'replay',
    token: 'supervisor',
    query: 'view=operations',
    async reach(page, world) {
      world.giveUpMessages()
      await page.reload()
      await page.locator('[aria-haspopup=dialog]').click()
      await page.locator('dialog[open]').waitFor()
    },
  },
  {
    name: 'compliance-not-for-role',
    token: 'supervisor',
    query: 'view=compliance',
    reach: (page) => page.locator('main [role=status]').waitFor(),
  },
  {
    name: 'compliance',
    token: 'compliance',
    query: 'view=compliance',
    reach: (page) => page.locator('button.danger').waitFor(),
  },
  {
    name: 'not-found',
    token: 'compliance',
    query: 'view=compliance&interaction=nobody',
    reach: (page) => page.locator('button.danger').waitFor(),
  },
  {
    name: 'verified',
    token: 'compliance',
    query: 'view=compliance&interaction=call-1',
    reach: verifyFirst,
  },
  {
    name: 'forged',
    token: 'compliance',
    query: 'view=compliance&interaction=call-1',
    async reach(page) {
      await page.locator('section.retrieval').first().waitFor()
      const key = page.locator('input.wide')
      await key.fill((await key.inputValue()).replace(/\+[0-9a-f]{8}\+/, '+00000000+'))
      await key.press('Tab')
      await verifyFirst(page)
    },
  },
  {
    name: 'erase-refused',
    token: 'compliance',
    query: 'view=compliance',
    async reach(page) {
      await erase(page, 'call-1', 'call-2')
      await page.locator('[role=alert]').waitFor()
    },
  },
  {
    name: 'unreachable',
    token: 'supervisor',
    query: '',
    async reach(page) {
      await section(page)
      await page.route('**/v1/insights/**', (route) => route.abort())
      await submitIn(page, 'main form')
      await page.locator('[role=alert]').waitFor()
    },
  },
]

/** Opens the page of a scene, in a language of its own. */
export function sceneAddress(world: World, { query }: SupervisorScene, language = 'en'): string {
  return `${world.url}/supervisor?lang=${language}&${query}`
}
