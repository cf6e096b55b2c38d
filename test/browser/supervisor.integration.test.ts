// The supervisor page in a real browser, over a real service with a record on.
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyExport } from '../../src/audit/verify-export.ts'
import { launchBrowser, openPage } from './browser.ts'
import { startWorld, type World } from './supervisor-world.ts'

let world: World
let browser: Browser

beforeAll(async () => {
  ;[world, browser] = await Promise.all([startWorld(), launchBrowser()])
})

afterAll(async () => {
  await browser?.close()
  await world?.close()
})

const address = (query = '') => `${world.url}/supervisor${query}`
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
  // Who went to another view is at its heading.
  expect(await page.locator('h2:focus').innerText()).toBe('Compliance')
  expect(await page.title()).toBe('Compliance – Supervision – cuecard')
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

test('messages that were given up are told of, and sent again on the supervisor’s word', async () => {
  const { page, errors, close } = await open('supervisor')
  world.giveUpMessages()
  await page.goto(address('?view=operations'))
  const alert = page.locator('.alerts li', { hasText: 'Messages given up' })
  await alert.waitFor()
  await page
    .getByRole('row', { name: /coaching Given up 9 The receiver answered 503/ })
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Send again' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  expect(world.receiver.taken).toEqual([])
  world.receiver.isWell = true
  await page.getByRole('button', { name: 'Send again' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click()
  await page.getByText(/^Sent again: \d+$/).waitFor()
  await expect.poll(() => world.receiver.taken.length, { timeout: 20_000 }).toBeGreaterThan(20)
  expect(new Set(world.receiver.taken).size).toBe(world.receiver.taken.length)
  await expect
    .poll(
      async () => {
        await page.getByRole('button', { name: 'Refresh' }).click()
        return page.getByText('Nothing is amiss.').count()
      },
      { timeout: 20_000 },
    )
    .toBe(1)
  expect(errors).toEqual([])
  await close()
})

test.each([
  ['JSON Lines', 'jsonl'],
  ['CSV', 'csv'],
] as const)('the export as %s is whole, and verifies by the key on the page', async (button, ending) => {
  const { page, errors, close } = await open('compliance')
  await page.goto(address('?view=compliance&range=1'))
  await page.getByRole('button', { name: button, exact: true }).waitFor()
  // Chromium would ask where to save, and nobody answers.
  await page.evaluate('window.showSaveFilePicker = undefined')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: button, exact: true }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe(`cuecard-audit.${ending}`)
  const text = await readFile(await file.path(), 'utf8')
  await page.getByText('The export was saved.').waitFor()
  if (ending === 'csv') {
    expect(text.split('\n')[0]).toContain('index')
    expect(text).toContain('call-11')
  } else {
    const publicKey = await page.getByLabel('Verifier key').inputValue()
    const verdict = await verifyExport(Readable.from([Buffer.from(text)]), { publicKey })
    expect(verdict).toMatchObject({ verified: true })
    expect(verdict.entries).toBeGreaterThan(60)
  }
  expect(errors).toEqual([])
  await close()
})

test('the whole job by keyboard alone: find, verify, look at another view, sign out', async () => {
  const { page, close } = await open('compliance')
  await page.goto(address('?view=compliance'))
  await page.getByRole('button', { name: 'Find' }).waitFor()
  const focused = () =>
    page.evaluate(
      `(() => { const at = document.querySelector('cuecard-supervisor').shadowRoot.activeElement
        return at?.getAttribute('aria-label') ?? at?.closest('label')?.textContent.trim() ?? at?.textContent.trim() })()`,
    )
  const tabTo = async (name: RegExp) => {
    for (let presses = 0; presses < 60; presses++) {
      if (name.test(String(await focused()))) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`${name} cannot be reached; at ${await focused()}`)
  }
  await tabTo(/^Interaction$/)
  await page.keyboard.type('call-5')
  await page.keyboard.press('Enter')
  await page.getByText('refund the late fee').waitFor()
  await tabTo(/^Verify: Entry/)
  await page.keyboard.press('Enter')
  await page.getByText('Signature: holds').waitFor()
  await page.reload()
  await tabTo(/^Operations$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Operations' }).waitFor()
  expect(await focused()).toBe('Operations')
  await page.reload()
  await tabTo(/^Sign out$/)
  await page.keyboard.press('Enter')
  await page.getByLabel('API key').waitFor()
  expect(await page.evaluate('sessionStorage.getItem("cuecard.token")')).toBe(null)
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
