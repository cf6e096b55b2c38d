// A simulated Genesys, a mirror's store, and one sync after another between them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Article } from '../../src/articles/article.ts'
import type { HttpTransport } from '../../src/genesys/http-transport.ts'
import { documentListing } from '../../src/mirror/document-listing.ts'
import { Mirror } from '../../src/mirror/mirror.ts'
import type { MirrorSource } from '../../src/mirror/mirror-settings.ts'
import { MirrorStore } from '../../src/mirror/mirror-store.ts'
import type { MirroredArticle } from '../../src/mirror/mirrored-article.ts'
import { newOrigin } from '../../src/mirror/origin.ts'
import { type SyncProgress, syncMirror } from '../../src/mirror/sync-mirror.ts'
import { seededRandom } from '../../src/random.ts'
import type { SimulatorOptions } from '../../src/simulator/index.ts'
import { clientOver, startGenesys } from '../genesys/client-under-test.ts'

export const minutes = 60_000
export const hours = 60 * minutes

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cuecard-mirror-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface WorldOptions {
  readonly simulator?: Partial<SimulatorOptions>
  readonly pageSize?: number
  readonly sources?: readonly MirrorSource[]
  readonly path?: string
  /** Changes what Genesys answers on its way. */
  readonly throughTransport?: (inner: HttpTransport) => HttpTransport
}

export interface SyncOptions {
  readonly full?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: SyncProgress) => void
}

export function mirrorWorld(options: WorldOptions = {}) {
  const { pageSize = 3, sources, path, throughTransport = (inner) => inner } = options
  const { clock, simulator, transport, count } = startGenesys({ quotaPerMinute: 1e6, ...options.simulator })
  const { client } = clientOver(throughTransport(transport), clock, { perMinute: 100_000 })
  const store = new MirrorStore(path ?? ':memory:', { create: true })
  const mirror = new Mirror(store, clock)
  const settings = { sources: sources ?? [{ genesys: true }], sweepSeconds: 900, fullEveryHours: 24 }
  const sync = async ({ full = false, signal, onProgress = () => {} }: SyncOptions = {}) => {
    await syncMirror({
      store,
      listing: documentListing({ client, clock, pageSize }),
      settings,
      clock,
      random: seededRandom(1),
      signal: signal ?? new AbortController().signal,
      full,
      onProgress,
    })
  }
  /** Runs what needs time to its end. */
  const inTime = async <T>(work: Promise<T>): Promise<T> => {
    let pending = true
    const end = () => {
      pending = false
    }
    work.then(end, end)
    for (let step = 0; pending && step < 10_000; step++) await clock.advance(500)
    return work
  }
  const records = () =>
    store.changedAfter(0, 100_000).map(({ record }) => JSON.parse(record) as MirroredArticle)
  return {
    clock,
    simulator,
    count,
    store,
    mirror,
    sync,
    inTime,
    records,
    emptyOrigin: newOrigin('file:', '', null),
  }
}

/** What a mirror must hold of an article. */
export function essence({ id, title, body, category, entityIds, isCompliant, contentType, url }: Article) {
  return { id, title, body, category, entityIds, isCompliant, contentType, url }
}
