// The supervisor page in a real browser, over a real service with a record on.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createCuecard } from '../../src/create-cuecard.ts'
import type { Cuecard } from '../../src/cuecard.ts'
import { type RunningService, startService } from '../../src/http/start-service.ts'
import { createSimulator } from '../../src/simulator/index.ts'
import { optionsOf } from '../http/fake-parts.ts'
import { access, request } from '../retrieval/start-cuecard.ts'
import { conversations, articles as sampleArticles } from '../simulator/sample-organisation.ts'
import { builtPages, launchBrowser, openPage, tokenAuthenticator, violationsOf } from './browser.ts'

let folder: string
let cuecard: Cuecard
let service: RunningService
let browser: Browser

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cuecard-supervisor-'))
  const clock = systemClock
  const simulator = createSimulator({
    articles: sampleArticles,
    conversations,
    clock,
    latency: { fixedMs: 0 },
  })
  cuecard = await createCuecard(
    { genesys: access, database: { url: `sqlite:${join(folder, 'record.db')}` } },
    { transport: simulator.transport(), recordInline: true },
  )
  for (let call = 0; call < 12; call++) {
    const asked = { ...request, interactionId: `call-${call}` }
    const { retrievalId, items } = await cuecard.retrieve(asked)
    for (const { contentId } of items) await cuecard.recordAdoption(retrievalId, { type: 'shown', contentId })
    const [first] = items
    if (first) await cuecard.recordAdoption(retrievalId, { type: 'opened', contentId: first.contentId })
    await cuecard.recordAdoption(retrievalId, { type: 'resolved' })
  }
  service = await startService(
    optionsOf({ cuecard, clock: undefined, authenticator: tokenAuthenticator, pages: builtPages() }),
  )
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
  await cuecard?.close()
  await rm(folder, { recursive: true, force: true })
})

const address = (query = '') => `http://127.0.0.1:${service.port}/supervisor${query}`
const open = (token: string | null, options: Parameters<typeof openPage>[1] = {}) =>
  openPage(browser, { token, locale: 'en-US', viewport: { width: 1280, height: 900 }, ...options })

test('a supervisor sees the funnel with intervals, filters by the address, and goes back', async () => {
  const { page, errors, close } = await open('supervisor')
  await page.goto(address('?range=1'))
  const funnel = page.getByRole('table', { name: 'From shown to resolved' })
  await funnel.waitFor()
  expect(await funnel.getByRole('row').allInnerTexts()).toEqual([
    expect.stringContaining('Interval'),
    expect.stringMatching(/^Shown\t\d+/),
    expect.stringMatching(/^Opened\t12\t[\d.]+%\t[\d.]+% – [\d.]+%$/),
    expect.stringMatching(/^Used\t12\t/),
    expect.stringMatching(/^Resolved\t12\t100%\t[\d.]+% – 100%$/),
  ])
  await page.getByRole('img', { name: /^Time to reply/ }).waitFor()
  await page.getByLabel('Queue', { exact: true }).fill('nobody')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.waitForURL(/queue=nobody/)
  await page.getByRole('row', { name: /^Shown 0/ }).waitFor()
  await page.goBack()
  await page.getByRole('row', { name: /^Opened 12/ }).waitFor()
  expect(await page.getByLabel('Queue', { exact: true }).inputValue()).toBe('')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download CSV' }).click()
  const csv = await readFile(await (await download).path(), 'utf8')
  expect(csv).toMatch(/^\uFEFFFrom shown to resolved\r\nStep,Count,Share,Interval\r\nShown,/)
  expect(csv).toContain('Opened,12,')
  await page.getByRole('link', { name: 'Compliance' }).click()
  await page.getByText('The audit log is for compliance officers.').waitFor()
  await page.getByRole('link', { name: 'Operations' }).click()
  await page
    .getByRole('row', { name: /Closed: calls go through/ })
    .first()
    .waitFor()
  expect(errors).toEqual([])
  await close()
})

test('an agent is told plainly that this is not for the role', async () => {
  const { page, close } = await open('agent:ann')
  await page.goto(address())
  await page.getByText('Your role does not include it.').waitFor()
  await close()
})

test('an officer finds an interaction, verifies it, sees a wrong key fail, and erases it', async () => {
  const { page, errors, close } = await open('compliance')
  await page.goto(address('?view=compliance'))
  await page.getByLabel('Interaction', { exact: true }).first().fill('call-3')
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByText('refund the late fee').waitFor()
  await page.getByText('opened', { exact: true }).waitFor()
  const verify = page.getByRole('button', { name: /^Verify/ }).first()
  await verify.click()
  for (const part of ['Content', 'In the log', 'Signature'])
    await page.getByText(`${part}: holds`, { exact: true }).waitFor()
  const key = page.getByLabel('Verifier key')
  await key.fill(`${await key.inputValue()}`.replace(/\+[0-9a-f]{8}\+/, '+00000000+'))
  await key.press('Tab')
  await verify.click()
  await page.getByText('Signature: FAILS').waitFor()
  await page.getByLabel('Id', { exact: true }).fill('call-3')
  await page.getByLabel('Type the id again').fill('call-4')
  await page.getByRole('button', { name: 'Erase' }).click()
  await page.getByText('Nothing was erased.').waitFor()
  await page.getByLabel('Type the id again').fill('call-3')
  await page.getByRole('button', { name: 'Erase' }).click()
  await page.getByText(/^Entries erased: \d+$/).waitFor()
  expect(await page.getByText('refund the late fee').count()).toBe(0)
  expect(errors).toEqual([])
  await close()
})

test.each(['light', 'dark'] as const)('axe finds nothing in %s, at any width', async (colorScheme) => {
  for (const [view, ready] of [
    ['insight', 'From shown to resolved'],
    ['operations', 'Genesys'],
    ['compliance', 'refund the late fee'],
  ])
    for (const width of [280, 400, 1280]) {
      const { page, close } = await open('compliance', {
        colorScheme,
        bypassCSP: true,
        viewport: { width, height: 900 },
      })
      await page.goto(address(`?view=${view}&interaction=call-1`))
      await page.getByText(`${ready}`).first().waitFor()
      expect(await violationsOf(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      if (process.env.CUECARD_SCREENSHOTS)
        await page.screenshot({
          path: join(process.env.CUECARD_SCREENSHOTS, `supervisor-${view}-${width}-${colorScheme}.png`),
          fullPage: true,
        })
      await close()
    }
})

test.each([
  ['de', 'ltr', 'Von gezeigt bis gelöst'],
  ['es', 'ltr', 'De mostrado a resuelto'],
  ['fr', 'ltr', 'D’affiché à résolu'],
  ['ja', 'ltr', '表示から解決まで'],
  ['ar', 'rtl', 'من العرض إلى الحل'],
])('speaks %s without being cut', async (language, direction, caption) => {
  const { page, close } = await open('supervisor', { viewport: { width: 280, height: 800 } })
  await page.goto(address(`?lang=${language}`))
  await page.getByText(caption).first().waitFor()
  expect(await page.evaluate('document.documentElement.dir')).toBe(direction)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(280)
  await close()
})
