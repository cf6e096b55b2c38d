// One Chromium for a test file, and the built pages at the address of a real service.
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import sparticuz from '@sparticuz/chromium'
import { type Browser, type BrowserContextOptions, chromium, type Page, type Route } from 'playwright-core'
import { build } from 'vite'
import pagesConfig from '../../ui/vite.config.ts'

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

/** The pages, built from their sources into a folder of their own. */
export interface BuiltPages {
  readonly folder: string
  /** Answers `/panel`, `/supervisor`, `/demo` and `/ui/...` on this page from the folder, with the pages' policy. */
  serve(page: Page, settings?: PageSettings): Promise<void>
  remove(): Promise<void>
}

/** What `/ui/settings.json` says. */
export interface PageSettings {
  readonly version: string
  readonly genesys: { readonly clientId: string; readonly loginUrl: string; readonly apiUrl: string } | null
  readonly isDemo: boolean
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
}

/** The policy of the pages, as the service sends it. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: https:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

/** Builds the entries of ui/vite.config.ts whose names begin with one of these; without any, all of them. */
export async function buildPages(...names: readonly string[]): Promise<BuiltPages> {
  const folder = await mkdtemp(join(tmpdir(), 'cuecard-ui-'))
  const entries = pagesConfig.build?.rolldownOptions?.input
  const input = Object.fromEntries(
    Object.entries(typeof entries === 'object' ? entries : {}).filter(
      ([entry]) => names.length === 0 || names.some((name) => entry.startsWith(name)),
    ),
  )
  await build({
    ...pagesConfig,
    configFile: false,
    logLevel: 'error',
    build: {
      ...pagesConfig.build,
      rolldownOptions: { ...pagesConfig.build?.rolldownOptions, input },
      outDir: folder,
      emptyOutDir: true,
    },
  })
  return {
    folder,
    async serve(page, settings = { version: '0.0.0', genesys: null, isDemo: false }) {
      const answer = (route: Route) => answerFrom(folder, settings, route)
      await page.route(/^https?:\/\/[^/]+\/(panel|supervisor|demo|ui\/[^?#]*|v1\/session)(\?|#|$)/, answer)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function answerFrom(folder: string, settings: PageSettings, route: Route): Promise<void> {
  const { pathname } = new URL(route.request().url())
  if (pathname === '/ui/settings.json') return route.fulfill({ json: settings })
  if (pathname === '/v1/session') return answerSession(route)
  const name = pathname.startsWith('/ui/') ? pathname.slice('/ui/'.length) : `${pathname.slice(1)}.html`
  const body = await readFile(join(folder, name)).catch(() => undefined)
  if (body === undefined) return route.fulfill({ status: 404, body: 'not built' })
  const headers = {
    'content-type': types[extname(name)] ?? 'application/octet-stream',
    'content-security-policy': pagePolicy,
    'x-content-type-options': 'nosniff',
  }
  return route.fulfill({ status: 200, headers, body })
}

/** Who a token is, where the tests' authenticator takes `<role>` or `<role>:<agentId>` for one. */
function answerSession(route: Route): Promise<void> {
  const token = /^Bearer (\S+)$/.exec(route.request().headers().authorization ?? '')?.[1]
  if (token === undefined || token === 'expired')
    return route.fulfill({
      status: 401,
      contentType: 'application/problem+json',
      json: { status: 401, code: 'access.unauthenticated', detail: 'The request has no valid credential' },
    })
  const [role, agentId = null] = token.split(':')
  return route.fulfill({ json: { id: token, roles: [role], agentId, via: 'api_key' } })
}

/** A page of its own context, with the pages served, and with the errors of its script collected. */
export async function openPage(
  browser: Browser,
  pages: BuiltPages,
  options: BrowserContextOptions & { readonly settings?: PageSettings; readonly token?: string | null } = {},
): Promise<{ readonly page: Page; readonly errors: string[]; close(): Promise<void> }> {
  const { settings, token = 'agent:ann', ...contextOptions } = options
  const context = await browser.newContext({ viewport: { width: 400, height: 800 }, ...contextOptions })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  if (token !== null)
    await page.addInitScript(
      `sessionStorage.getItem('cuecard.token') ?? sessionStorage.setItem('cuecard.token', ${JSON.stringify(token)})`,
    )
  await pages.serve(page, settings)
  return { page, errors, close: () => context.close() }
}

const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds against WCAG 2.2 AA on the page, each as `rule: selector`. Needs a context with `bypassCSP`. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(await axeSource)
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']
  return page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ': ' + target.join(' ') + ' ' + failureSummary)))`)
}
