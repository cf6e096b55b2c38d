// The panel in a real browser: how soon the first card is painted, what an update of ten cards costs a slow machine, and
// what is left in memory after an hour of a conversation.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { launchBrowser } from '../test/browser/browser.ts'
import { answer, type Floor, item, openPanel, startFloor } from '../test/browser/panel-fixture.ts'
import buildPages from '../test/build-pages.ts'
import { endServe, startServe } from './serve-process.ts'
import { percentile } from './statistics.ts'

const navigations = 20
const updates = 50
/** Between two updates: more than one of them takes. */
const pauseMs = 250
const hourSeconds = 3600
const warmSeconds = 600
/** The panel's seconds in one of ours while the hour is played. */
const haste = 50

const root = fileURLToPath(new URL('..', import.meta.url))
const ten = (name: string) => Array.from({ length: 10 }, (_, at) => item(`${name}-${at}`))

/** Resolves with the milliseconds since the navigation began once a frame with a card is on the screen. */
const firstPaint = `new Promise((resolve) => {
  const look = () => document.querySelector('cuecard-panel')?.shadowRoot?.querySelector('article')
    ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))) : requestAnimationFrame(look)
  look()
})`

/** From a service of its own process, which knows the interaction. */
async function firstCards(browser: Browser): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cuecard-bench-'))
  const settings = join(folder, 'settings.yaml')
  const file = JSON.stringify(join(root, 'samples/articles.jsonl'))
  writeFileSync(settings, `mirror: { enabled: true, sources: [{ file: ${file} }] }\n`)
  const service = await startServe(folder, { CUECARD_CONFIG_FILE: settings })
  try {
    const { url, key } = service
    const said = await fetch(`${url}/v1/interactions/c-1/utterances`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        speaker: 'customer',
        text: 'My card was stolen abroad and I need cash',
        utteranceId: 't-1',
      }),
    })
    if (said.status !== 204) throw new Error(`status ${said.status}`)
    const context = await browser.newContext({ viewport: { width: 400, height: 800 }, locale: 'en-US' })
    await context.addInitScript(`sessionStorage.setItem('cuecard.token', ${JSON.stringify(key)})`)
    const painted: number[] = []
    for (let at = 0; at <= navigations; at++) {
      const page = await context.newPage()
      await page.goto(`${url}/panel?interactionId=c-1&agentId=ann`, { waitUntil: 'commit' })
      const ms = Number(await page.evaluate(firstPaint))
      // The first one warms the service and the browser's cache.
      if (at > 0) painted.push(ms)
      await page.close()
    }
    await context.close()
    return painted
  } finally {
    await endServe(service)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What the trace calls the page's own script; one may lie within another. */
const scripts = new Set([
  'FunctionCall',
  'EvaluateScript',
  'RunMicrotasks',
  'BlinkScheduler_PerformMicrotaskCheckpoint',
  'v8.callFunction',
  'TimerFire',
  'FireAnimationFrame',
  'EventDispatch',
])

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly tid: number
  readonly ts: number
  readonly dur?: number
}

/** Milliseconds of script, and of everything that the page's main thread does, while `work` runs. */
async function mainThreadMs(page: Page, work: () => Promise<void>): Promise<{ script: number; all: number }> {
  const session = await page.context().newCDPSession(page)
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  const ended = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: ['devtools.timeline', 'v8', 'disabled-by-default-devtools.timeline', 'toplevel'],
    },
  })
  await work()
  await session.send('Tracing.end')
  await ended
  await session.detach()
  const ofScript = events.filter(({ name, ph }) => ph === 'X' && scripts.has(name))
  const [main] = [...Map.groupBy(ofScript, ({ tid }) => tid)].sort(
    ([, one], [, other]) => other.length - one.length,
  )
  const tasks = events.filter(
    ({ name, ph, tid }) => ph === 'X' && tid === main?.[0] && /RunTask$|^RunTask/.test(name),
  )
  return { script: covered(main?.[1] ?? []), all: covered(tasks) }
}

/** Milliseconds that lie within at least one of the events. */
function covered(events: readonly TraceEvent[]): number {
  let sum = 0
  let until = 0
  for (const { ts, dur = 0 } of events.toSorted((one, other) => one.ts - other.ts)) {
    sum += Math.max(0, ts + dur - Math.max(until, ts))
    until = Math.max(until, ts + dur)
  }
  return sum / 1000
}

/** Ten cards on the screen, then ten others, again and again, at a quarter of the machine's speed. */
async function updateOfTen(browser: Browser): Promise<{ script: number; all: number }> {
  const floor = await startFloor(answer('r-0', ten('first')))
  const { page, close } = await openPanel(browser, floor)
  await unfold(page)
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  // Nothing waits within the page: what looks for a card there would be measured too.
  const show = async (name: string) => {
    floor.push(answer(`r-${name}`, ten(name)))
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  for (let at = 0; at < 10; at++) await show(`warm${at}`)
  const { script, all } = await mainThreadMs(page, async () => {
    for (let at = 0; at < updates; at++) await show(`u${at}`)
  })
  await page.locator(`article[data-id=u${updates - 1}-9]`).waitFor({ state: 'attached' })
  await close()
  await floor.close()
  return { script: script / updates, all: all / updates }
}

/** All ten cards shown, and neither pointer nor focus on them. */
async function unfold(page: Page): Promise<void> {
  await page.locator('[data-command=more]').click()
  await page.locator('article').nth(9).waitFor()
  await page.evaluate('document.querySelector("cuecard-panel").shadowRoot.activeElement?.blur()')
  await page.mouse.move(399, 0)
  await page.mouse.move(-1, -1)
}

interface Held {
  readonly heap: number
  readonly nodes: number
  readonly listeners: number
}

/** What lives on after a collection. */
async function heldBy(session: CDPSession): Promise<Held> {
  for (let round = 0; round < 3; round++) await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  const of = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN
  return { heap: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') }
}

/** An answer of ten new items each second, the agent copying now and then; the page's time goes faster than ours. */
async function anHour(browser: Browser, seconds: number): Promise<{ before: Held; after: Held }> {
  const floor: Floor = await startFloor(answer('r-0', ten('first')))
  const { page, close } = await openPanel(browser, floor, {
    script: `for (const name of ['setTimeout', 'setInterval']) {
      const own = window[name].bind(window)
      window[name] = (call, ms = 0, ...more) => own(call, ms > 10_000 ? ms : ms / ${haste}, ...more)
    }`,
  })
  await unfold(page)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const play = async (from: number, to: number) => {
    for (let at = from; at < to; at++) {
      // A stream that is opened anew meanwhile begins with it.
      floor.opening = answer(`r-${at}`, ten(`s${at}`))
      floor.push(floor.opening)
      await new Promise((resolve) => setTimeout(resolve, 1000 / haste))
      if (at % 60 === 59) {
        await page.locator(`article[data-id=s${at}-9]`).waitFor({ state: 'attached' })
        await page.locator('article [data-command=copy]').first().dispatchEvent('click')
      }
    }
  }
  // The first minutes also fill the heap with what V8 makes of code that runs often.
  await play(0, warmSeconds)
  const before = await heldBy(session)
  await play(warmSeconds, warmSeconds + seconds)
  const after = await heldBy(session)
  await close()
  await floor.close()
  return { before, after }
}

/** Kilobytes (1,000 bytes), gzipped, of a page with what it loads: at once, or with all that it may load later. */
function sizeOf(page: string, isWhole: boolean): number {
  const folder = join(root, 'dist/ui')
  const known = new Set(readdirSync(folder))
  const names = new Set([`${page}.html`])
  const wanted = isWhole
    ? /(?:from|src=|href=|import\(?)\s*["'`](?:\.|\/ui)\/([\w.-]+\.(?:js|css))["'`]/g
    : /(?:from|src=|href=|import)\s*["'`](?:\.|\/ui)\/([\w.-]+\.(?:js|css))["'`]/g
  for (const name of names)
    for (const [, found = ''] of readFileSync(join(folder, name), 'utf8').matchAll(wanted))
      if (known.has(found)) names.add(found)
  return [...names].reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length / 1000, 0)
}

export async function panel(): Promise<Record<string, number>> {
  await buildPages()
  const browser = await launchBrowser()
  try {
    const painted = await firstCards(browser)
    const { script, all } = await updateOfTen(browser)
    const { before, after } = await anHour(browser, hourSeconds)
    return {
      'first card painted after navigation, median ms': percentile(painted, 0.5),
      'first card painted after navigation, p95 of 20, ms': percentile(painted, 0.95),
      'update of ten cards at 4x throttling: script, ms': script,
      'update of ten cards at 4x throttling: all of the main thread, ms': all,
      'an hour at one update a second: heap afterwards to before': after.heap / before.heap,
      'the same: nodes afterwards less those before': after.nodes - before.nodes,
      'the same: listeners afterwards less those before': after.listeners - before.listeners,
      'the same: heap afterwards, MB': after.heap / 1e6,
      'panel page, KB gzipped': sizeOf('panel', false),
      'the same with what an opened article and Genesys as its host load': sizeOf('panel', true),
      'supervisor page with its charts, KB gzipped': sizeOf('supervisor', true),
    }
  } finally {
    await browser.close()
  }
}
