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

async function inScene(
  scene: SupervisorScene,
  language: string,
  width: number,
  look: (page: Page) => Promise<void>,
) {
  const { page, errors, close } = await openPage(browser, {
    token: scene.token,
    locale: 'en-US',
    bypassCSP: true,
    reducedMotion: 'reduce',
    viewport: { width, height: 800 },
  })
  await page.goto(sceneAddress(world, scene, language))
  await scene.reach(page, world)
  await look(page)
  expect(errors).toEqual([])
  await close()
}

test.each(supervisorScenes)(
  '$name: no violation, light and dark, in English, German and Arabic',
  async (scene) => {
    for (const language of ['en', 'de', 'ar'])
      await inScene(scene, language, language === 'de' ? 400 : 1280, async (page) => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          expect(await violationsOf(page), `${language} ${colorScheme}`).toEqual([])
        }
        expect(await page.locator('html').getAttribute('dir')).toBe(language === 'ar' ? 'rtl' : 'ltr')
      })
  },
)

test.each(['en', 'de', 'es', 'fr', 'ja', 'ar'])(
  '%s: nothing is cut in any state at 280 px',
  async (language) => {
    for (const scene of supervisorScenes)
      await inScene(scene, language, 280, async (page) =>
        expect(await misfitsOf(page), scene.name).toEqual([]),
      )
  },
)

test.each(supervisorScenes)('$name: the focus is in sight wherever Tab leads, at 280 px', async (scene) => {
  await inScene(scene, 'en', 280, async (page) => {
    const { at, hidden } = await focusWalk(page)
    expect(hidden).toEqual([])
    expect(at).toBeGreaterThan(scene.name === 'not-for-role' ? 0 : 1)
  })
})
