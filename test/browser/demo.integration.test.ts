// `npm start` as someone sees it who opens its first link: the real command, the real service, the real pages.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Running, startHere } from '../cli/run-here.ts'
import { launchBrowser, violationsOf } from './browser.ts'

let browser: Browser
let demo: Running
const complaints: string[] = []

beforeAll(async () => {
  demo = startHere(['demo', '--port', '0', '--speed', '20'])
  browser = await launchBrowser()
  await vi.waitUntil(() => demo.terminal.stdout().includes('Ctrl-C ends it'), { timeout: 60_000 })
})

afterAll(async () => {
  await browser?.close()
  demo.interrupt()
  expect(await demo.ended).toMatchObject({ status: 0, stderr: '' })
})

const linkTo = (page: string) =>
  new RegExp(`http://\\S+/${page}\\S*#code=\\S+`).exec(demo.terminal.stdout())?.[0] ?? ''

async function open(link: string, width = 1280): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    locale: 'en-US',
    bypassCSP: true,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  await page.goto(link)
  return page
}

test('a call plays, cards follow, Genesys goes and comes back, and the supervisor sees how it ended', async () => {
  const page = await open(linkTo('demo'))
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  await page.locator('article').first().waitFor()
  expect(await page.locator('.talk .customer').count()).toBeGreaterThan(0)
  expect(page.url()).not.toContain('code=')

  await button('Take Genesys down').click()
  await page.getByText('Genesys Cloud is down').waitFor()
  await page.getByText('The call is over.').waitFor()
  const figure = async (name: string) =>
    Number(await page.locator('dt', { hasText: name }).locator('+ dd').textContent())
  // A search in the outage: free text that nobody has asked before.
  await page.getByRole('searchbox').fill('change the PIN of a card')
  await page.keyboard.press('Enter')
  await expect.poll(() => figure('While Genesys was down')).toBeGreaterThan(0)
  await page.locator('mark').first().waitFor()
  expect(await figure('Empty of these')).toBe(0)
  await button('Bring Genesys back').click()
  await page.getByText('Genesys Cloud is up.').waitFor()

  await page.locator('article').first().locator('[data-command=open]').click()
  await page.locator('article div[lang]').first().waitFor()
  await page.locator('article').first().locator('[data-command=insert]').click()
  expect(await page.locator('textarea').inputValue()).not.toBe('')
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await violationsOf(page), colorScheme).toEqual([])
  }

  await button('It was resolved').click()
  await page.getByText('Recorded: resolved.').waitFor()
  const [supervisor] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'Supervisor page' }).click(),
  ])
  // Signed in by the page that opened it.
  await supervisor.getByRole('heading', { level: 2 }).waitFor()
  expect(complaints).toEqual([])
  await page.context().close()
})

test('the visitor speaks as the customer, and another call begins anew', async () => {
  const used = await open(linkTo('demo'))
  // The link of the first test.
  await used.getByRole('heading', { name: 'Signed out' }).waitFor()
  complaints.length = 0
  await used.context().close()

  const page = await open(linkTo('panel').replace(/\/panel[^#]*/, '/demo'), 320)
  await page.locator('select').selectOption('10')
  const talk = page.locator('.talk')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByLabel('Your words').fill('Wo bleibt meine Karte?')
  await page.getByRole('button', { name: 'Say as the customer' }).click()
  await talk.getByText('Wo bleibt meine Karte?').waitFor()
  await page.locator('article').first().waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth <= 320')).toBe(true)
  expect(await violationsOf(page)).toEqual([])
  expect(complaints).toEqual([])
  await page.context().close()
})
