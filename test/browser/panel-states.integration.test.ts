// Each state of the panel, in light and dark: found accessible by axe, nothing cut at 280 px, targets large enough.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, violationsOf } from './browser.ts'
import { openPanel, startFloor } from './panel-fixture.ts'
import { type PanelScene, scenes } from './panel-states.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
})

async function inScene(scene: PanelScene, query: string, look: (page: Page) => Promise<void>, width = 400) {
  const floor = await startFloor(scene.opening)
  const { page, errors, close } = await openPanel(browser, floor, {
    query,
    bypassCSP: true,
    reducedMotion: 'reduce',
    viewport: { width, height: 800 },
    ...(scene.token === undefined ? {} : { token: scene.token }),
  })
  await scene.reach(page, floor)
  await look(page)
  expect(errors).toEqual([])
  await close()
  await floor.close()
}

test.each(scenes)('$name: no violation in light and dark', async (scene) => {
  await inScene(scene, '', async (page) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await violationsOf(page)).toEqual([])
    }
  })
})

/** What is wider than the page, and targets under 24 px. */
const misfits = `(() => {
  const root = document.querySelector('cuecard-panel').shadowRoot
  const wide = document.documentElement.scrollWidth > innerWidth ? ['page ' + document.documentElement.scrollWidth] : []
  const boxes = [...root.querySelectorAll('button, input, article, .note')].flatMap((element) => {
    const { width, height, left, right } = element.getBoundingClientRect()
    if (width === 0) return []
    const isTarget = element.matches('button, input')
    const isCut = left < -1 || right > innerWidth + 1 || element.scrollWidth > element.clientWidth + 1
    return isCut || (isTarget && Math.min(width, height) < 24) ? [element.outerHTML.slice(0, 80)] : []
  })
  return [...wide, ...boxes]
})()`

test.each(['en', 'de', 'es', 'fr', 'ja', 'ar'])(
  '%s: nothing is cut in any state at 280 px',
  async (language) => {
    for (const scene of scenes)
      await inScene(
        scene,
        `&lang=${language}`,
        async (page) => expect(await page.evaluate(misfits), scene.name).toEqual([]),
        280,
      )
  },
)
