// Pictures of the demo, for the README and docs/screenshots: a call with Genesys up, and one with Genesys down.
import { join } from 'node:path'
import { launchBrowser } from '../test/browser/browser.ts'
import { startHere } from '../test/cli/run-here.ts'

export async function takeDemo(folder: string): Promise<void> {
  const demo = startHere(['demo', '--port', '0', '--speed', '3'])
  const browser = await launchBrowser()
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' })
    const page = await context.newPage()
    const link = () => /http\S+\/demo#code=\S+/.exec(demo.terminal.stdout())?.[0]
    while (link() === undefined) await new Promise((resolve) => setTimeout(resolve, 100))
    await page.goto(link() ?? '')
    await page.locator('article').first().waitFor()
    await page.locator('.customer').nth(1).waitFor()
    await page.screenshot({ path: join(folder, 'demo-1280.png') })
    await page.getByRole('button', { name: 'Take Genesys down' }).click()
    await page.locator('.customer').nth(4).waitFor()
    await page.locator('.customer').nth(5).waitFor()
    await page.screenshot({ path: join(folder, 'demo-outage-1280.png') })
  } finally {
    await browser.close()
    demo.interrupt()
    await demo.ended
  }
}
