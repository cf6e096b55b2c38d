// One Chromium for a test file, and the built pages, to be served by a real service.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import sparticuz from '@sparticuz/chromium'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { type PageSettings, type Pages, readPages } from '../../src/http/pages.ts'
import type { ServiceOptions } from '../../src/http/ports.ts'
import { actorOf, unauthenticated } from '../http/fake-parts.ts'

/** The system's Chromium where there is one, or what CHROME_PATH names; else the one that comes from npm. */
export async function launchBrowser(): Promise<Browser> {
  const own = [process.env.CHROME_PATH, '/usr/bin/chromium'].find(
    (path) => path !== undefined && existsSync(path),
  )
  const isRoot = process.getuid?.() === 0
  if (own !== undefined) return chromium.launch({ executablePath: own, args: isRoot ? ['--no-sandbox'] : [] })
  // The npm one is made for one page in one process; several pages want processes of their own.
  const args = sparticuz.args.filter(
    (arg) => arg !== '--single-process' && arg !== '--no-zygote' && !arg.startsWith('--headless'),
  )
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args, headless: true })
}

const built = new URL('../../dist/ui/', import.meta.url)

/** The pages as a service serves them; built before the tests begin. */
export function builtPages(
  settings: Partial<PageSettings> = {},
  frameOrigins: readonly string[] = [],
): Pages {
  return readPages(built, {
    settings: { version: '0.0.0', genesys: null, hasArticles: false, isDemo: false, ...settings },
    frameOrigins,
  })
}

/** A token is `<role>` or `<role>:<agentId>`; `expired` is none. */
export const tokenAuthenticator: ServiceOptions['authenticator'] = {
  authenticate({ authorization = '' }) {
    const token = /^Bearer (\S+)$/.exec(authorization)?.[1]
    if (token === undefined || token === 'expired') throw unauthenticated()
    return actorOf(token)
  },
}

/** A page of its own context, with the errors of its script collected; `script` runs before those of the page. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions & { readonly token?: string | null; readonly script?: string } = {},
): Promise<{ readonly page: Page; readonly errors: string[]; close(): Promise<void> }> {
  const { token = 'agent:ann', script, ...contextOptions } = options
  const context = await browser.newContext({ viewport: { width: 400, height: 800 }, ...contextOptions })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  if (script !== undefined) await page.addInitScript(script)
  if (token !== null)
    await page.addInitScript(
      `sessionStorage.getItem('cuecard.token') ?? sessionStorage.setItem('cuecard.token', ${JSON.stringify(token)})`,
    )
  return { page, errors, close: () => context.close() }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds against WCAG 2.2 AA on the page, each as `rule: selector`. Needs a context with `bypassCSP`. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']
  return page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ': ' + target.join(' ') + ' ' + failureSummary)))`)
}

/**
 * What is wider than the page or than itself, and targets under 24 px (WCAG 2.2, 2.5.8), in the page and in every shadow
 * of it. Links within a line of text are excepted there.
 */
export function misfitsOf(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const rootsIn = (root) => [root, ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => shadowRoot ? rootsIn(shadowRoot) : [])]
    const all = rootsIn(document).flatMap((root) => [...root.querySelectorAll('button, input, select, summary, nav a, article, section, .note, .scroll, td, p, h1, h2, h3')])
    const wide = document.documentElement.scrollWidth > innerWidth ? ['page ' + document.documentElement.scrollWidth] : []
    return [...wide, ...all.flatMap((element) => {
      const { width, height, left, right } = element.getBoundingClientRect()
      if (width <= 1) return []
      const isTarget = element.matches('button, input, select, summary, a')
      const isCut = left < -1 || right > innerWidth + 1 || (element.scrollWidth > element.clientWidth + 1 && !element.matches('input') && getComputedStyle(element).display !== 'inline')
      return isCut || (isTarget && Math.min(width, height) < 24) ? [element.outerHTML.slice(0, 120) + ' ' + [width, height, left, right].join(' ')] : []
    })]
  })()`)
}

/**
 * Walks through the page by Tab and tells of each place where the focus cannot be seen: without an outline of 2 px, out of
 * the window, or under something else (WCAG 2.2, 2.4.7 and 2.4.11). `at`: how many places there were.
 */
export async function focusWalk(page: Page): Promise<{ at: number; hidden: string[] }> {
  const hidden: string[] = []
  const seen = new Set<string>()
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press('Tab')
    const found = (await page.evaluate(`(() => {
      const deepest = (root) => root.activeElement?.shadowRoot?.activeElement ? deepest(root.activeElement.shadowRoot) : root.activeElement
      const at = deepest(document)
      if (!at || at === document.body) return null
      const { left, top, right, bottom } = at.getBoundingClientRect()
      const { outlineStyle, outlineWidth } = getComputedStyle(at)
      const [x, y] = [Math.max(left, 0) / 2 + Math.min(right, innerWidth) / 2, Math.max(top, 0) / 2 + Math.min(bottom, innerHeight) / 2]
      const over = at.getRootNode().elementFromPoint(x, y)
      const isSeen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && right > 0 && left < innerWidth && bottom > 0 && top < innerHeight
        && (over === at || at.contains(over) || over?.contains(at))
      window.walked ??= new Map()
      if (!window.walked.has(at)) window.walked.set(at, String(window.walked.size))
      return { key: window.walked.get(at), isSeen, html: at.outerHTML.slice(0, 120) }
    })()`)) as { key: string; isSeen: boolean; html: string } | null
    // Behind the last place lies the browser's own, then the first one.
    if (found === null) continue
    if (seen.has(found.key)) break
    seen.add(found.key)
    if (!found.isSeen) hidden.push(found.html)
  }
  return { at: seen.size, hidden }
}
