// The mirror's own work at 10,000 articles: the first copy, the start from disk, and what either holds up.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { systemClock } from '../src/clock.ts'
import type { DocumentListing } from '../src/mirror/document-listing.ts'
import { Mirror } from '../src/mirror/mirror.ts'
import { MirrorStore } from '../src/mirror/mirror-store.ts'
import { syncMirror } from '../src/mirror/sync-mirror.ts'
import { seededRandom } from '../src/random.ts'

const articles = 10_000
const pageSize = 200

export async function mirrorStart(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'cuecard-bench-'))
  try {
    const path = join(folder, 'mirror.db')
    const pages = Array.from({ length: articles / pageSize }, (_, page) => JSON.stringify(pageOf(page)))
    const first = await timed(() => sync(path, pages))
    const start = await timed(async () => {
      const store = new MirrorStore(path, { create: false })
      const mirror = new Mirror(store, systemClock)
      await mirror.follow()
      store.close()
      return mirror
    })
    if (start.result.size !== articles) throw new Error('The copy is not whole')
    return {
      articles,
      'first copy, of pages at hand, s': first.seconds,
      'first copy: hold-up of the event loop, p99, ms': first.p99Ms,
      'start from disk, s': start.seconds,
      'start from disk, s of processor time': start.cpuSeconds,
      'start from disk: hold-up of the event loop, p99, ms': start.p99Ms,
      'on disk, MiB': statSync(path).size / 1024 / 1024,
      'in memory, MiB': start.heapMiB,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function sync(path: string, pages: readonly string[]): Promise<void> {
  const store = new MirrorStore(path, { create: true })
  const mirror = new Mirror(store, systemClock)
  const listing: DocumentListing = {
    bases: async () => [{ id: 'base', name: 'Base', language: 'en-US', documents: articles }],
    isGone: async () => false,
    page: async ({ cursor }) => {
      const at = Number(cursor ?? 0)
      const { entities } = JSON.parse(pages[at] ?? '{}')
      return { entities, next: at + 1 < pages.length ? String(at + 1) : undefined }
    },
    document: async () => undefined,
  }
  await syncMirror({
    store,
    listing,
    settings: { sources: [{ genesys: true }], sweepSeconds: 900, fullEveryHours: 24 },
    clock: systemClock,
    random: Math.random,
    signal: new AbortController().signal,
    full: false,
    onProgress: () => void mirror.follow(),
  })
  await mirror.follow()
  store.close()
}

async function timed<T>(work: () => Promise<T>) {
  globalThis.gc?.()
  const heap = process.memoryUsage()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const cpu = process.cpuUsage()
  const started = performance.now()
  const result = await work()
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpu)
  delay.disable()
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  const heapMiB = (heapUsed + arrayBuffers - heap.heapUsed - heap.arrayBuffers) / 1024 / 1024
  return { result, seconds, cpuSeconds: (user + system) / 1e6, p99Ms: delay.percentile(99) / 1e6, heapMiB }
}

const random = seededRandom(11)

/** Words as often as in a language: the rank of each by Zipf's law. */
function words(count: number): string {
  return Array.from({ length: count }, () => `w${Math.floor(20_000 ** random())}`).join(' ')
}

function pageOf(page: number): object {
  const entities = Array.from({ length: pageSize }, (_, index) => {
    const paragraphs = Array.from({ length: 6 }, () => ({
      type: 'Paragraph',
      paragraph: { blocks: [{ type: 'Text', text: { text: `${words(25)}.` } }] },
    }))
    return {
      id: `document-${page}-${index}`,
      title: words(6),
      state: 'Published',
      dateModified: '2026-01-01T00:00:00Z',
      documentVersion: { id: `version-${page}-${index}` },
      category: { name: `category-${index}` },
      labels: [{ name: `label-${index % 7}` }],
      variations: [{ body: { blocks: paragraphs } }],
    }
  })
  return { entities }
}
