// Each state of the panel, in light and dark: found accessible by axe, nothing cut at 280 px, targets large enough.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { directionOf } from '../../ui/shared/locale.ts'
import { focusWalk, launchBrowser, misfitsOf, violationsOf } from './browser.ts'
import { openPanel, startFloor } from './panel-fixture.ts'
import { type PanelScene, scenes } from './panel-states.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
})

async function inScene(scene: PanelScene, look: (page: Page) => Promise<void>) {
  const floor = await startFloor(scene.opening)
  const { page, errors, close } = await openPanel(browser, floor, {
    bypassCSP: true,
    reducedMotion: 'reduce',
    viewport: { width: 400, height: 800 },
    ...(scene.token === undefined ? {} : { token: scene.token }),
  })
  await scene.reach(page, floor)
  await look(page)
  expect(errors).toEqual([])
  await close()
  await floor.close()
}

test.each(scenes)(
  '$name: no violation, nothing cut at 280 px in any language, and the focus in sight wherever Tab leads',
  async (scene) => {
    await inScene(scene, async (page) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        expect(await violationsOf(page), colorScheme).toEqual([])
      }
      await page.setViewportSize({ width: 280, height: 800 })
      for (const language of ['de', 'es', 'fr', 'ja', 'ar', 'en']) {
        await page.evaluate(`document.documentElement.dir = ${JSON.stringify(directionOf(language))}
          document.querySelector('cuecard-panel').lang = ${JSON.stringify(language)}`)
        await page.locator(`.all[lang=${language}]`).waitFor()
        expect(await misfitsOf(page), language).toEqual([])
      }
      for (const forcedColors of ['none', 'active'] as const) {
        await page.emulateMedia({ forcedColors })
        const { at, hidden } = await focusWalk(page)
        expect(hidden, forcedColors).toEqual([])
        expect(at).toBeGreaterThan(1)
      }
    })
  },
)

test('who asks for more contrast gets it: no grey text, no faint line', async () => {
  const [cards] = scenes
  if (cards === undefined) throw new Error('there are no scenes')
  await inScene(cards, async (page) => {
    const colours = () =>
      page.evaluate(`(() => {
        const card = document.querySelector('cuecard-panel').shadowRoot.querySelector('article')
        const [own, facts] = [getComputedStyle(card), getComputedStyle(card.querySelector('.facts'))]
        return { text: own.color, facts: facts.color, line: own.borderTopColor }
      })()`) as Promise<{ text: string; facts: string; line: string }>
    const usual = await colours()
    expect(usual.facts).not.toBe(usual.text)
    await page.emulateMedia({ contrast: 'more' })
    const more = await colours()
    expect([more.facts, more.line]).toEqual([more.text, more.text])
    expect(await violationsOf(page)).toEqual([])
  })
})

test('a screen reader hears what each card is, what can be done with it, and what has come', async () => {
  const [cards] = scenes
  if (cards === undefined) throw new Error('there are no scenes')
  await inScene(cards, async (page) => {
    const heard = await page.locator('cuecard-panel').ariaSnapshot()
    for (const line of [
      'heading "Knowledge for this conversation" [level=1]',
      'searchbox "Search the knowledge"',
      'status: 6 new',
      'article "Refund a late fee, case a"',
      'heading "Refund a late fee, case a" [level=2]',
      'button "Open: Refund a late fee, case a"',
      'button "Copy: Refund a late fee, case a"',
      'button "Insert: Refund a late fee, case a"',
      'button "Pin: Refund a late fee, case a"',
      'button "Helpful: Refund a late fee, case a"',
      'button "Dismiss: Refund a late fee, case a"',
      'button "Why this? : Refund a late fee, case a"',
      'button "Show 2 more"',
    ])
      expect(heard).toContain(line)
  })
})
