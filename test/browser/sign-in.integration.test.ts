// The panel as a service serves it: its own routes, its own policy, signed in by a one-time link.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Sessions } from '../../src/access/sessions.ts'
import { systemClock } from '../../src/clock.ts'
import { type RunningService, startService } from '../../src/http/start-service.ts'
import type { Retrieval } from '../../src/retrieval/retrieval.ts'
import { fakeCuecard, httpConfig, optionsOf } from '../http/fake-parts.ts'
import { builtPages, launchBrowser } from './browser.ts'
import { answer, item } from './panel-fixture.ts'

const sessions = new Sessions(systemClock)
const shown: Retrieval = answer('r-1', [item('k-1')])
let browser: Browser
let service: RunningService

beforeAll(async () => {
  browser = await launchBrowser()
  const { cuecard } = fakeCuecard({
    async follow(_asked, follower) {
      follower.answer(shown, 'e-1')
      return () => {}
    },
  })
  service = await startService(
    optionsOf({
      cuecard,
      clock: undefined,
      config: { ...httpConfig, maxEventLoopDelayMs: 60_000, shutdownSeconds: 1 },
      sessions,
      authenticator: {
        authenticate: ({ authorization = '' }) =>
          sessions.authenticate(String(authorization).replace('Bearer ', '')),
      },
      pages: builtPages(),
    }),
  )
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
})

test('a one-time link signs in, leaves nothing in the address, and holds through a reload', async () => {
  const context = await browser.newContext({ locale: 'en-US' })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  const address = `${service.url}/panel?interactionId=c-1&agentId=ann`
  const link = `${address}#code=${sessions.invite(['agent'], 'ann')}`
  await page.goto(link)
  await page.locator('article').waitFor()
  expect(page.url()).toBe(address)
  await page.reload()
  await page.locator('article').waitFor()
  expect(complaints).toEqual([])
  const other = await (await browser.newContext({ locale: 'en-US' })).newPage()
  await other.goto(link)
  await other
    .getByText(/sign in/i)
    .first()
    .waitFor()
  expect(await other.locator('article').count()).toBe(0)
  await context.close()
})
