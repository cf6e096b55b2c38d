// Each state of the panel, in light and dark: found accessible by axe, nothing cut at 280 px, targets large enough.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, misfitsOf, violationsOf } from './browser.ts'
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

test.each(['en', 'de', 'es', 'fr', 'ja', 'ar'])(
  '%s: nothing is cut in any state at 280 px',
  async (language) => {
    for (const scene of scenes)
      await inScene(
        scene,
        `&lang=${language}`,
        async (page) => expect(await misfitsOf(page), scene.name).toEqual([]),
        280,
      )
  },
)
