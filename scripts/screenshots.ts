// Takes a picture of every state of the pages, for docs/screenshots: at three widths, then in each language and in the dark.
// Usage: npm run screenshots [-- folder]
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { launchBrowser, openPage } from '../test/browser/browser.ts'
import { openPanel, startFloor } from '../test/browser/panel-fixture.ts'
import { type PanelScene, scenes } from '../test/browser/panel-states.ts'
import { type SupervisorScene, sceneAddress, supervisorScenes } from '../test/browser/supervisor-states.ts'
import { startWorld, type World } from '../test/browser/supervisor-world.ts'
import { takeDemo } from './demo-screenshots.ts'

const widths = [280, 400, 1280]
const otherLanguages = ['de', 'es', 'fr', 'ja', 'ar']

/** How a picture is taken. */
interface Look {
  readonly width: number
  readonly language?: string
  readonly isDark?: boolean
}

const folder = process.argv[2] ?? fileURLToPath(new URL('../docs/screenshots', import.meta.url))
await mkdir(folder, { recursive: true })

function optionsOf({ width, isDark = false }: Look) {
  return {
    locale: 'en-US',
    reducedMotion: 'reduce',
    colorScheme: isDark ? 'dark' : 'light',
    viewport: { width, height: 640 },
  } as const
}

function fileOf(page: string, state: string, { width, language, isDark = false }: Look): string {
  const parts = [
    page,
    state,
    ...(language === undefined ? [] : [language]),
    ...(isDark ? ['dark'] : []),
    width,
  ]
  return join(folder, `${parts.join('-')}.png`)
}

async function takePanel(browser: Browser, scene: PanelScene, look: Look): Promise<void> {
  const floor = await startFloor(scene.opening)
  const { page, close } = await openPanel(browser, floor, {
    ...optionsOf(look),
    query: look.language === undefined ? '' : `&lang=${look.language}`,
    ...(scene.token === undefined ? {} : { token: scene.token }),
  })
  await scene.reach(page, floor)
  await page.screenshot({ path: fileOf('panel', scene.name, look), fullPage: true })
  await close()
  await floor.close()
}

async function takeSupervisor(browser: Browser, world: World, scene: SupervisorScene, look: Look) {
  const { page, close } = await openPage(browser, { ...optionsOf(look), token: scene.token })
  await page.goto(sceneAddress(world, scene, look.language))
  await scene.reach(page, world)
  await page.screenshot({ path: fileOf('supervisor', scene.name, look), fullPage: true })
  await close()
}

/** Every state at every width; those that show the most also in each language, narrow, and in the dark. */
function looksOf(name: string, shown: readonly string[]): Look[] {
  const more = shown.includes(name)
    ? [...otherLanguages.map((language) => ({ width: 280, language })), { width: 400, isDark: true }]
    : []
  return [...widths.map((width) => ({ width })), ...more]
}

const browser = await launchBrowser()
const world = await startWorld()
try {
  for (const scene of scenes)
    for (const look of looksOf(scene.name, ['cards', 'reasons', 'signed-out']))
      await takePanel(browser, scene, look)
  for (const scene of supervisorScenes)
    for (const look of looksOf(scene.name, ['insight', 'operations-alerts', 'verified']))
      await takeSupervisor(browser, world, scene, look)
} finally {
  await world.close()
  await browser.close()
}
await takeDemo(folder)
