// Each state of the supervisor page: found accessible by axe, nothing cut at 280 px, targets large enough, focus in sight.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { focusWalk, launchBrowser, misfitsOf, openPage, violationsOf } from './browser.ts'
import { type SupervisorScene, sceneAddress, supervisorScenes } from './supervisor-states.ts'
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

/** Each language once: axe looks at those with the longest words and with the other direction. */
const languages = ['en', 'de', 'es', 'fr', 'ja', 'ar']
const looked = ['en', 'de', 'ar']

async function inScene(scene: SupervisorScene, look: (page: Page, language: string) => Promise<void>) {
  const { page, errors, close } = await openPage(browser, {
    token: scene.token,
    locale: 'en-US',
    bypassCSP: true,
    reducedMotion: 'reduce',
    viewport: { width: 1280, height: 800 },
  })
  for (const language of languages) {
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goto(sceneAddress(world, scene, language))
    await scene.reach(page, world)
    await look(page, language)
    await page.unrouteAll()
  }
  expect(errors).toEqual([])
  await close()
}

test.each(supervisorScenes)(
  '$name: no violation, nothing cut at 280 px in any language, and the focus in sight wherever Tab leads',
  async (scene) => {
    await inScene(scene, async (page, language) => {
      if (looked.includes(language))
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          expect(await violationsOf(page), `${language} ${colorScheme}`).toEqual([])
        }
      expect(await page.locator('html').getAttribute('dir')).toBe(language === 'ar' ? 'rtl' : 'ltr')
      await page.setViewportSize({ width: 280, height: 800 })
      expect(await misfitsOf(page), language).toEqual([])
      if (language !== 'en') return
      const { at, hidden } = await focusWalk(page)
      expect(hidden).toEqual([])
      expect(at).toBeGreaterThan(scene.name === 'not-for-role' ? 0 : 1)
    })
  },
)
