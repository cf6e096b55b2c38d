// The agent's whole job in a real browser: what is shown, what the keyboard does, and what the record gets of it.
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { builtPages, launchBrowser } from './browser.ts'
import { answer, type Floor, item, openPanel, startFloor } from './panel-fixture.ts'

let browser: Browser
const open: { close(): Promise<unknown> }[] = []

beforeAll(async () => {
  browser = await launchBrowser()
})
afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close()
})
afterAll(async () => {
  await browser?.close()
})

async function panelWith(opening: Floor['opening'], options: Parameters<typeof openPanel>[2] = {}) {
  const floor = await startFloor(opening)
  open.push(floor)
  const panel = await openPanel(browser, floor, options)
  open.push(panel)
  return { ...panel, floor }
}

const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => item(id))
const typesOf = (floor: Floor) => floor.events.map(({ event }) => `${event.type} ${event.contentId}`)

test('a card tells what it is, where it comes from, how fresh it is and why it is there', async () => {
  const { page, titles, errors } = await panelWith(answer('r-1', six))
  await page.locator('article').first().waitFor()
  expect(await titles()).toEqual(['a', 'b', 'c', 'd'])
  const card = page.locator('article').first()
  const text = await card.innerText()
  for (const part of ['Live', 'Approved', 'Knowledge base', 'Version 7', 'Updated 3 days ago'])
    expect(text).toContain(part)
  await card.getByRole('button', { name: 'Why this?' }).click()
  expect(await card.locator('.reasons').innerText()).toMatch(/Words match\s+\+0.80[\s\S]*Age\s+-0.10/)
  await page.getByRole('button', { name: 'Show 2 more' }).click()
  expect(await titles()).toHaveLength(6)
  expect(errors).toEqual([])
})

test('the whole job by keyboard alone: search, read, copy, insert, rate, pin, dismiss, undo', async () => {
  const { page, floor, titles } = await panelWith(answer('r-1', six), {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  floor.search = async (query) => answer('r-2', [item('s', { title: `About ${query}` }), item('t')])
  await page.locator('article').first().waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('late fees')
  await page.keyboard.press('Enter')
  await page.locator('article[data-id=s]').waitFor()
  expect(await page.locator('article[data-id=t] mark').allInnerTexts()).toContain('late')
  await page.keyboard.press('Tab')
  await page.keyboard.press('j')
  await page.keyboard.press('c')
  await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toContain('refunded once')
  for (const key of ['i', '+', 'p', 'w']) await page.keyboard.press(key)
  await page.locator('article[data-id=s] .reasons').waitFor()
  expect(await page.locator('article[data-id=s] [data-command=pin]').getAttribute('aria-pressed')).toBe(
    'true',
  )
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('Enter')
  await page.locator('article[data-id=t]').waitFor({ state: 'detached' })
  await page.keyboard.press('u')
  await page.locator('article[data-id=t]').waitFor()
  expect(await titles()).toEqual(['s', 't'])
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await expect
    .poll(() => typesOf(floor))
    .toEqual(expect.arrayContaining(['copied s', 'inserted s', 'rated s']))
  expect(typesOf(floor)).not.toContain('dismissed t')
})

test('a chord can be set anew, and stays so', async () => {
  const { page } = await panelWith(answer('r-1', six))
  await page.locator('article').first().waitFor()
  await page.keyboard.press('?')
  await page.locator('[data-remap=next]').click()
  await page.keyboard.press('Alt+n')
  await page.locator('[data-remap=next]', { hasText: 'Alt+n' }).waitFor()
  await page.reload()
  await page.locator('article').first().waitFor()
  await page.keyboard.press('Alt+n')
  expect(
    await page.evaluate('document.querySelector("cuecard-panel").shadowRoot.activeElement?.dataset.id'),
  ).toBe('a')
})

test('nothing moves under the pointer or the focus: what is new waits', async () => {
  const { page, floor, titles } = await panelWith(answer('r-1', six.slice(0, 3)))
  const first = page.locator('article').first()
  await first.waitFor()
  await first.hover()
  floor.push(answer('r-2', [item('x'), item('y'), ...six.slice(0, 2)]))
  const news = page.getByRole('button', { name: '2 new' })
  await news.waitFor()
  expect(await titles()).toEqual(['a', 'b', 'c'])
  await news.click()
  await page.locator('article[data-id=x]').waitFor()
  expect(await titles()).toEqual(['x', 'y', 'a', 'b'])
  await page.locator('article[data-id=a]').focus()
  floor.push(answer('r-3', [item('z'), ...six.slice(0, 2)]))
  await page.getByRole('button', { name: '1 new' }).waitFor()
  expect(await titles()).toEqual(['x', 'y', 'a', 'b'])
  await page.keyboard.press('n')
  await page.locator('article[data-id=z]').waitFor()
})

test('who signs in again, or tries again, finds the cards, the pins and the marks', async () => {
  const { page, floor, titles } = await panelWith(answer('r-1', six.slice(0, 3)))
  await page.locator('article[data-id=b] [data-command=pin]').click()
  await page.locator('article[data-id=b] [data-command=rateUp]').click()
  await page.mouse.move(-1, -1)
  await page.evaluate('document.querySelector("cuecard-panel").shadowRoot.activeElement.blur()')
  floor.opening = undefined
  await page.evaluate('document.querySelector("cuecard-panel").token = null')
  await page.locator('[data-state=signed-out]').waitFor()
  expect(await titles()).toEqual(['b', 'a', 'c'])
  await page.evaluate('document.querySelector("cuecard-panel").token = "agent:ann"')
  await page.locator('[data-state=signed-out]').waitFor({ state: 'detached' })
  expect(await titles()).toEqual(['b', 'a', 'c'])
  await page.locator('article[data-id=b] [data-command=rateUp][aria-pressed=true]').waitFor()
  await page.evaluate('document.querySelector("cuecard-panel").interactionId = "c-2"')
  await page.locator('article').first().waitFor({ state: 'detached' })
})

test('a copy that stands in for Genesys is told from one that is asked while all is well', async () => {
  const mirror = { freshness: { status: 'mirror', ageSeconds: 40, source: 'mirror' } } as const
  const { page, floor } = await panelWith(answer('r-1', [item('a')], mirror))
  await page.locator('.chip', { hasText: 'Local copy 40 sec' }).waitFor()
  const degraded = { code: 'genesys.unavailable', message: 'Genesys Cloud cannot be reached' } as const
  floor.push(answer('r-2', [item('a')], { ...mirror, degraded }))
  await page.locator('.chip.warn', { hasText: 'Offline copy 40 sec' }).waitFor()
})

test('a long passage folds, and is copied whole', async () => {
  const snippet = `The beginning. ${'A late fee is due when nothing was paid. '.repeat(12)}The end.`
  const { page } = await panelWith(answer('r-1', [item('long', { snippet }), item('short')]), {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const passage = page.locator('article[data-id=long] .passage')
  const height = async () => (await passage.boundingBox())?.height ?? 0
  const folded = await height()
  expect(folded).toBeLessThan(130)
  await page.locator('article[data-id=long] [data-command=copy]').click()
  await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(snippet)
  await page.locator('[data-command=whole]').click()
  await expect.poll(height).toBeGreaterThan(folded * 1.5)
  expect(await page.locator('[data-command=whole]').count()).toBe(1)
})

test('a whole article opens in place and folds again; one of which there is no copy opens at its address', async () => {
  const floor = await startFloor(answer('r-1', [item('a', { url: null }), item('b')]), {
    pages: builtPages({ hasArticles: true }),
  })
  open.push(floor)
  const panel = await openPanel(browser, floor)
  open.push(panel)
  const { page } = panel
  floor.articles = {
    a: 'Fees are refunded.\n1. Open <b>Fees</b>.\n2. Choose "Refund" & save.\n- Once a year\n• Not twice',
  }
  const first = page.locator('article[data-id=a]')
  await first.locator('[data-command=open]').click()
  await first.locator('div[lang] p', { hasText: 'Choose "Refund" & save.' }).waitFor()
  expect(await first.locator('div[lang] p').allInnerTexts()).toEqual([
    'Fees are refunded.',
    '1. Open <b>Fees</b>.',
    '2. Choose "Refund" & save.',
  ])
  expect(await first.locator('div[lang] ul > li').allInnerTexts()).toEqual(['Once a year', 'Not twice'])
  expect(await first.locator('div[lang] ul').count()).toBe(1)
  await first.locator('[data-command=open]').click()
  await first.locator('div[lang] p').first().waitFor({ state: 'detached' })
  const [other] = await Promise.all([
    page.waitForEvent('popup'),
    page.locator('article[data-id=b] [data-command=open]').click(),
  ])
  expect(other.url()).toMatch(/^https:\/\/knowledge\.example\/articles\/b|^chrome-error/)
  await expect
    .poll(() =>
      typesOf(floor)
        .filter((type) => type.startsWith('opened'))
        .sort(),
    )
    .toEqual(['opened a', 'opened b'])
})

test('an hour of answers leaves nothing behind: no node, no listener, no memory', async () => {
  const ten = (name: string) => Array.from({ length: 10 }, (_, at) => item(`${name}-${at}`))
  const { page, floor } = await panelWith(answer('r-0', ten('first')))
  await page.locator('[data-command=more]').click()
  await page.evaluate('document.querySelector("cuecard-panel").shadowRoot.activeElement.blur()')
  await page.mouse.move(399, 0)
  await page.mouse.move(-1, -1)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const held = async () => {
    for (let round = 0; round < 3; round++) await session.send('HeapProfiler.collectGarbage')
    const { metrics } = await session.send('Performance.getMetrics')
    return ['Nodes', 'JSEventListeners', 'JSHeapUsedSize'].map(
      (wanted) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN,
    )
  }
  const show = async (from: number, to: number) => {
    for (let at = from; at < to; at++) {
      floor.push(answer(`r-${at}`, ten(`s${at}`)))
      await page.locator(`article[data-id=s${at}-9]`).waitFor({ state: 'attached' })
    }
  }
  await show(0, 40)
  const [nodes = 0, listeners, heap = 0] = await held()
  await show(40, 140)
  const after = await held()
  // A leak of one node for each card would be 1,000.
  expect(after[0]).toBeLessThan(nodes + 100)
  expect(after[1]).toBe(listeners)
  expect(after[2]).toBeLessThan(heap * 1.1)
})

test('events reach the record once, through a lost network and a reload', async () => {
  const { page, floor } = await panelWith(answer('r-1', six.slice(0, 2)))
  const copy = page.locator('article[data-id=a] [data-command=copy]')
  await copy.waitFor()
  let isLost = true
  const asked: string[] = []
  await page.route('**/events', (route) => {
    asked.push(route.request().headers()['idempotency-key'] ?? '')
    return isLost ? route.abort() : route.continue()
  })
  await copy.click()
  await copy.click()
  await expect.poll(() => asked.length).toBeGreaterThan(0)
  await page.reload()
  await copy.waitFor()
  isLost = false
  await page.evaluate('dispatchEvent(new Event("online"))')
  await expect
    .poll(() => typesOf(floor), { timeout: 20_000 })
    .toEqual(expect.arrayContaining(['copied a', 'shown a', 'shown b']))
  await expect.poll(() => page.evaluate('Object.keys(localStorage).length'), { timeout: 20_000 }).toBe(0)
  expect(typesOf(floor).filter((type) => type === 'copied a')).toHaveLength(1)
  expect(floor.events.map(({ key }) => key)).toContain(asked[0])
  expect(new Set(floor.events.map(({ key }) => key)).size).toBe(floor.events.length)
})

test('a dismissal goes out with its reason when it can no longer be undone', async () => {
  const { page, floor } = await panelWith(answer('r-1', six.slice(0, 2)))
  await page.locator('article[data-id=b] [data-command=dismiss]').click()
  await page.getByRole('button', { name: 'Out of date' }).click()
  await page.getByRole('button', { name: 'Undo' }).waitFor()
  expect(typesOf(floor)).not.toContain('dismissed b')
  await expect.poll(() => typesOf(floor), { timeout: 20_000 }).toContain('dismissed b')
  expect(floor.events.find(({ event }) => event.type === 'dismissed')?.event.reason).toBe('outdated')
})

test('only what was really on the screen counts as shown', async () => {
  const { page, floor } = await panelWith(answer('r-1', six), { viewport: { width: 400, height: 420 } })
  await page.locator('article').first().waitFor()
  await expect.poll(() => typesOf(floor), { timeout: 10_000 }).toContain('shown a')
  expect(typesOf(floor)).not.toContain('shown d')
  await page.locator('article[data-id=d]').scrollIntoViewIfNeeded()
  await expect.poll(() => typesOf(floor), { timeout: 10_000 }).toContain('shown d')
})

test('a hostile article does nothing, as a passage and as a whole', async () => {
  const hostile = [
    '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script>',
    '<svg onload="window.harmed=1"><a xlink:href="javascript:window.harmed=1">x</a></svg>',
    '<a href="javascript:window.harmed=1">click</a><iframe srcdoc="<script>parent.harmed=1</script>"></iframe>',
    '<style>*{display:none}</style><form action="https://evil.example"><input autofocus></form><b>kept</b>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.harmed=1&gt;">',
  ].join('')
  const asked: string[] = []
  const { page } = await panelWith(
    answer('r-1', [
      item('h', {
        title: hostile.slice(0, 60),
        snippet: hostile,
        source: hostile,
        version: hostile,
        url: 'javascript:window.harmed=1',
      }),
    ]),
  )
  page.on('request', (request) => asked.push(request.url()))
  const card = page.locator('article')
  await card.waitFor()
  expect(await card.locator('.passage').innerText()).toContain('<script>')
  // An address that is no web address cannot be opened at all.
  expect(await card.locator('[data-command=open]').count()).toBe(0)
  await page.evaluate(
    `document.querySelector('cuecard-panel').bodyOf = async () => ${JSON.stringify(hostile)}`,
  )
  await card.locator('[data-command=open]').click()
  await card.locator('b', { hasText: 'kept' }).waitFor()
  for (const link of await card.locator('a').all()) await link.click()
  expect(await card.locator('script, iframe, style, form, input, img, [onerror], [onload]').count()).toBe(0)
  expect(await page.evaluate('window.harmed')).toBe(undefined)
  expect(asked.filter((url) => !url.startsWith('http://127.0.0.1'))).toEqual([])
})

test('all that the panel loads is less than 40 KB', async () => {
  const { page } = await panelWith(answer('r-1', six))
  const loaded: string[] = []
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
  await page.reload()
  await page.locator('article').first().waitFor()
  const names = loaded
    .filter((path) => path.startsWith('/ui/') && !path.endsWith('.json'))
    .map((path) => path.slice(4))
  expect(names.join(' ')).toContain('panel-page.js')
  expect(names.join(' ')).not.toMatch(/safe-html|genesys/)
  let bytes = 0
  for (const name of ['panel.html', ...names])
    bytes += gzipSync(await readFile(new URL(`../../dist/ui/${name}`, import.meta.url))).length
  expect(bytes).toBeLessThan(40_000)
})
