// Takes a picture of every state of the panel, for docs/screenshots: at three widths, then each language and the dark.
// Usage: node scripts/screenshots.ts [folder]; `npm run build` first.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchBrowser } from '../test/browser/browser.ts'
import { openPanel, startFloor } from '../test/browser/panel-fixture.ts'
import { type PanelScene, scenes } from '../test/browser/panel-states.ts'

const folder = process.argv[2] ?? fileURLToPath(new URL('../docs/screenshots', import.meta.url))
const [browser] = await Promise.all([launchBrowser(), mkdir(folder, { recursive: true })])

async function take(
  scene: PanelScene,
  name: string,
  width: number,
  query: string,
  isDark = false,
): Promise<void> {
  const floor = await startFloor(scene.opening)
  const { page, close } = await openPanel(browser, floor, {
    query,
    reducedMotion: 'reduce',
    colorScheme: isDark ? 'dark' : 'light',
    viewport: { width, height: 640 },
    ...(scene.token === undefined ? {} : { token: scene.token }),
  })
  await scene.reach(page, floor)
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
  await close()
  await floor.close()
}

try {
  for (const scene of scenes)
    for (const width of [280, 400, 1280]) await take(scene, `panel-${scene.name}-${width}`, width, '')
  const shown = scenes.filter(({ name }) => ['cards', 'reasons', 'signed-out'].includes(name))
  for (const scene of shown) {
    for (const lang of ['de', 'es', 'fr', 'ja', 'ar'])
      await take(scene, `panel-${scene.name}-${lang}-280`, 280, `&lang=${lang}`)
    await take(scene, `panel-${scene.name}-dark-400`, 400, '', true)
  }
} finally {
  await browser.close()
}
