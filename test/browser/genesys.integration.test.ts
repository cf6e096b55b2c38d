// The panel inside Genesys Cloud: the widget's messages as the official SDK speaks them, and its sign-in in a popup.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { builtPages, launchBrowser, openPage } from './browser.ts'
import { answer, type Floor, item, startFloor } from './panel-fixture.ts'

const genesys = 'https://apps.mypurecloud.com'
let browser: Browser
const open: { close(): Promise<unknown> }[] = []
beforeAll(async () => {
  browser = await launchBrowser()
})
afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close()
})
afterAll(() => browser?.close())

/** A page of `origin` that shows the widget in a frame, keeps what it says, and can say something itself. */
async function hostAt(origin: string, floor: Floor, claimed = genesys): Promise<Page> {
  const opened = await openPage(browser, { locale: 'en-US' })
  open.push(opened)
  const { page } = opened
  const query = new URLSearchParams({
    pcConversationId: 'c-1',
    agentId: 'ann',
    gcHostOrigin: claimed,
    gcTargetEnv: 'prod',
    pcLangTag: 'de-DE',
  })
  await page.route(`${origin}/**`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><title>host</title><script>
        window.said = []
        addEventListener('message', ({ data, origin }) => said.push({ ...data, origin }))
        const tell = (hook) => document.querySelector('iframe').contentWindow.postMessage(
          { purecloudEventType: 'appLifecycleHook', hook }, '*')
      </script><iframe src="${floor.service.url}/panel?${query}" width="400" height="700"
        allow="clipboard-write"></iframe>`,
    }),
  )
  await page.goto(`${origin}/directory`)
  return page
}

async function floorFor(frameOrigins: readonly string[]): Promise<Floor> {
  const floor = await startFloor(answer('r-1', [item('a'), item('b')]), {
    pages: builtPages({}, frameOrigins),
  })
  open.push(floor)
  return floor
}

const widgetIn = (page: Page): Frame => page.frames().find((frame) => frame !== page.mainFrame()) as Frame
const actions = (page: Page) => page.evaluate('said.map(({ action }) => action)')

test('the widget reports that it is up, inserts on the agent’s action alone, rests in the background, and stops', async () => {
  const floor = await floorFor([genesys])
  const page = await hostAt(genesys, floor)
  const widget = widgetIn(page)
  await widget.locator('article').first().waitFor()
  expect(await widget.locator('html').getAttribute('lang')).toBe('de')
  // At once, and once more when it is asked.
  await expect.poll(() => actions(page)).toEqual(['bootstrapped'])
  await page.evaluate("tell('bootstrap')")
  await expect.poll(() => actions(page)).toEqual(['bootstrapped', 'bootstrapped'])

  await page.evaluate("tell('blur')")
  floor.push(answer('r-2', [item('unseen')]))
  await widget.locator('article[data-id=unseen]').waitFor()
  await widget.evaluate('new Promise((resolve) => setTimeout(resolve, 1500))')
  expect(floor.events.map(({ event }) => event.contentId)).not.toContain('unseen')
  await page.evaluate("tell('focus')")
  await expect
    .poll(() => floor.events.map(({ event }) => `${event.type} ${event.contentId}`), { timeout: 10_000 })
    .toContain('shown unseen')
  expect(await actions(page)).toHaveLength(2)

  await widget.locator('article [data-command=insert]').click()
  await expect.poll(() => actions(page)).toHaveLength(3)
  const [, , proposed] = (await page.evaluate('said')) as Record<string, unknown>[]
  expect(proposed).toMatchObject({
    action: 'proposeInteractionMessage',
    mode: 'insert',
    message: expect.stringContaining('A late fee can be refunded'),
    protocol: 'purecloud-client-apps',
    origin: floor.service.url,
  })

  await page.evaluate("tell('stop')")
  await expect.poll(() => actions(page)).toContain('stopped')
  await widget.locator('cuecard-panel').waitFor({ state: 'detached' })
  await expect.poll(() => floor.followers.length).toBe(0)
})

test('a frame of an origin that is not allowed stays empty', async () => {
  const floor = await floorFor([genesys])
  const page = await hostAt('https://evil.example', floor)
  const frame = widgetIn(page)
  await expect.poll(() => frame.url()).toContain('chrome-error')
  expect(floor.followers).toEqual([])
})

test('who claims to be Genesys and is not gets no word, and the panel goes on without it', async () => {
  const floor = await floorFor(['https://other.example'])
  const page = await hostAt('https://other.example', floor, 'https://other.example')
  const widget = widgetIn(page)
  await widget.locator('article').first().waitFor()
  await page.evaluate("tell('bootstrap'); tell('stop')")
  await widget.locator('article [data-command=insert]').first().click()
  await widget.locator('[role=status]', { hasText: /Kopie/ }).waitFor()
  expect(await page.evaluate('said')).toEqual([])
})

/** Genesys's login as far as PKCE goes; its token is the name of the agent that the service knows. */
async function startLogin(says: 'code' | 'denied' | 'wrong state') {
  const asked: URLSearchParams[] = []
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://login')
    if (url.pathname === '/oauth/authorize') {
      const query = url.searchParams
      asked.push(query)
      const back = new URL(query.get('redirect_uri') ?? '')
      back.searchParams.set('state', says === 'wrong state' ? 'other' : (query.get('state') ?? ''))
      if (says === 'denied') back.searchParams.set('error', 'access_denied')
      else back.searchParams.set('code', 'code-1')
      response.writeHead(302, { location: back.href }).end()
      return
    }
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      const form = new URLSearchParams(body)
      asked.push(form)
      const digest = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      const isMine = form.get('code') === 'code-1' && digest === asked[0]?.get('code_challenge')
      response
        .writeHead(isMine ? 200 : 400, {
          'access-control-allow-origin': '*',
          'content-type': 'application/json',
        })
        .end(
          JSON.stringify(isMine ? { access_token: 'agent:ann', token_type: 'bearer' } : { error: 'invalid' }),
        )
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push({ close: async () => server.close() })
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function signInAt(login: { url: string }) {
  const floor = await startFloor(answer('r-1', [item('a')]), {
    pages: builtPages({ genesys: { clientId: 'client-1', loginUrl: login.url, apiUrl: login.url } }),
  })
  open.push(floor)
  const opened = await openPage(browser, { token: null, locale: 'en-US' })
  open.push(opened)
  await opened.page.goto(`${floor.service.url}/panel?interactionId=c-1`)
  await opened.page.getByRole('button', { name: 'Sign in with Genesys' }).click()
  return { ...opened, floor }
}

test('an agent signs in at Genesys in a popup: PKCE, and the token stays in the tab', async () => {
  const login = await startLogin('code')
  const { page, errors, floor } = await signInAt(login)
  await page.locator('article').waitFor()
  const [authorize, token] = login.asked
  expect(Object.fromEntries(authorize ?? [])).toMatchObject({
    response_type: 'code',
    client_id: 'client-1',
    redirect_uri: `${floor.service.url}/ui/signed-in.html`,
    code_challenge_method: 'S256',
  })
  expect(token?.get('grant_type')).toBe('authorization_code')
  expect(await page.evaluate('[sessionStorage.getItem("cuecard.token"), location.search]')).toEqual([
    'agent:ann',
    '?interactionId=c-1',
  ])
  expect(page.context().pages()).toHaveLength(1)
  expect(errors).toEqual([])
})

test('who is refused at Genesys is told so, and can try again', async () => {
  const { page, errors } = await signInAt(await startLogin('denied'))
  await page.getByText('Genesys did not sign you in').waitFor()
  await page.getByRole('button', { name: 'Sign in with Genesys' }).waitFor()
  expect(await page.locator('article').count()).toBe(0)
  expect(errors).toEqual([])
})

test('an answer to somebody else’s sign-in is not taken', async () => {
  const { page } = await signInAt(await startLogin('wrong state'))
  await page.getByText('Genesys did not sign you in').waitFor({ timeout: 20_000 })
  expect(await page.evaluate('sessionStorage.getItem("cuecard.token")')).toBe(null)
})
