// The panel in a real browser: how soon the first card is painted, and what an update of ten cards costs a slow machine.
// Usage: node benchmarks/panel.ts
import { buildPages, launchBrowser } from '../test/browser/browser.ts'
import { answer, item, openPanel, startFloor } from '../test/browser/panel-fixture.ts'
import { percentile } from './statistics.ts'

const navigations = 20
const updates = 50

const ten = (name: string) => Array.from({ length: 10 }, (_, at) => item(`${name}-${at}`))
const [browser, pages] = await Promise.all([launchBrowser(), buildPages('panel', 'signed-in')])
const floor = await startFloor(answer('r-0', ten('first')))

/** Resolves with the time since the navigation began once a frame with a card is on the screen. */
const firstPaint = `new Promise((resolve) => {
  const look = () => document.querySelector('cuecard-panel')?.shadowRoot?.querySelector('article')
    ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))) : requestAnimationFrame(look)
  look()
})`

const { page, close } = await openPanel(browser, pages, floor)
const painted: number[] = []
for (let at = 0; at < navigations; at++) {
  await page.reload({ waitUntil: 'commit' })
  painted.push(Number(await page.evaluate(firstPaint)))
}

const session = await page.context().newCDPSession(page)
await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
await session.send('Performance.enable')
const taskMs = async () => {
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
}
await page.locator('[data-command=more]').click()
await page.mouse.move(399, 799)
await page.evaluate('document.querySelector("cuecard-panel").shadowRoot.activeElement?.blur()')
await page.mouse.move(-1, -1)
await page.locator('article').nth(9).waitFor()
const before = await taskMs()
for (let at = 0; at < updates; at++) {
  floor.push(answer(`r-${at}`, ten(`u${at}`)))
  await page.locator(`article[data-id=u${at}-0]`).waitFor({ timeout: 5000 })
}
// All work of the page's main thread, layout and paint too: the counter of script leaves out what promises run.
const meanMs = ((await taskMs()) - before) / updates
await close()
await floor.close()
await browser.close()
await pages.remove()
console.log(
  JSON.stringify({
    firstCardMs: { p50: percentile(painted, 0.5), p95: percentile(painted, 0.95) },
    updateOfTenTaskMs: { mean: meanMs },
  }),
)
