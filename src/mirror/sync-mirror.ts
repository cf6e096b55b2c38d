// One sync: every origin of the configuration brought into step, one after the other.
import type { Clock } from '../clock.ts'
import { isCuecardError } from '../errors.ts'
import type { Random } from '../random.ts'
import type { DocumentListing, ListedBase } from './document-listing.ts'
import type {
  FileSource,
  FolderSource,
  GenesysSource,
  MirrorSettings,
  MirrorSource,
} from './mirror-settings.ts'
import type { MirrorStore } from './mirror-store.ts'
import { isGenesys, newOrigin, type Origin, type OriginName } from './origin.ts'
import {
  type OwnArticles,
  readFileArticles,
  readFolderArticles,
  stampOfFile,
  stampOfFolder,
} from './own-articles.ts'
import { patience } from './patience.ts'
import { dropUnseen, replaceRecords } from './store-records.ts'
import { type WalkPorts, walkBase } from './walk-base.ts'

export interface SyncPorts {
  readonly store: MirrorStore
  /** Undefined: there is no access to Genesys. */
  readonly listing: DocumentListing | undefined
  readonly settings: MirrorSettings
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  /** Reads every article anew, whatever is due. */
  readonly full: boolean
  readonly onProgress: (progress: SyncProgress) => void
}

export interface SyncProgress {
  readonly title: string
  readonly done: number
  /** About how many there are; undefined where that is not known. */
  readonly total: number | undefined
}

/** What keeps an origin from being in step, or a part of it from being copied. */
export interface SyncProblem {
  readonly title: string
  readonly problem: string
}

/**
 * Syncs what is due. An origin that fails keeps its copy and does not cost the others.
 * @throws CuecardError `aborted`, `mirror.unavailable`.
 */
export async function syncMirror(ports: SyncPorts): Promise<readonly SyncProblem[]> {
  const problems: SyncProblem[] = []
  for (const source of ports.settings.sources)
    if (!('genesys' in source)) await syncOwn(ports, source)
    else if (ports.listing !== undefined) problems.push(...(await syncGenesys(ports, ports.listing, source)))
  await forgetOthers(ports)
  return [...problems, ...notedProblems(ports.store)]
}

/** What the last sync, of whatever process, noted of each origin. */
export function notedProblems(store: MirrorStore): readonly SyncProblem[] {
  return store.origins().flatMap(({ title, problem }) => (problem === null ? [] : [{ title, problem }]))
}

/** Returns why the bases could not be listed, where that is so. */
async function syncGenesys(
  ports: SyncPorts,
  listing: DocumentListing,
  { knowledgeBases: ids }: GenesysSource,
): Promise<readonly SyncProblem[]> {
  const { store, signal } = ports
  const known = store.origins().filter(({ name }) => isGenesys(name))
  const patient = patience(ports)
  const walk = { ...ports, listing, patience: patient, textless: new Set<string>() }
  let bases: readonly ListedBase[]
  try {
    bases = await patient(() => listing.bases(ids, signal))
  } catch (error) {
    if (!isCuecardError(error) || error.code === 'aborted') throw error
    return [{ title: 'Genesys Knowledge', problem: error.message }]
  }
  for (const base of bases) {
    const name: OriginName = `genesys:${base.id}`
    const before = known.find((origin) => origin.name === name) ?? newOrigin(name, base.name, base.language)
    const origin = { ...before, title: base.name, language: base.language }
    const onPage = ({ title, round }: Origin) =>
      ports.onProgress({
        title,
        done: round?.done ?? 0,
        total: round?.kind === 'changes' ? undefined : base.documents,
      })
    await keepCopy(store, origin, () => syncBase({ ...walk, onPage }, ports, base.id, origin))
  }
  for (const origin of known) {
    const id = origin.name.slice('genesys:'.length)
    if (bases.some((base) => base.id === id)) continue
    // That it is not in the list may be a fault of the list: only what Genesys no longer knows is forgotten.
    const isUnwanted = ids !== undefined && !ids.includes(id)
    await keepCopy(store, origin, async () => {
      if (isUnwanted || (await patient(() => listing.isGone(id, signal)))) await forget(store, origin)
    })
  }
  return []
}

async function syncBase(
  walk: WalkPorts,
  { settings, clock, full }: SyncPorts,
  baseId: string,
  before: Origin,
): Promise<void> {
  let origin = before
  let isFull = false
  if (origin.round !== null) {
    isFull = origin.round.kind === 'full'
    origin = await walkBase(walk, baseId, origin, origin.round.kind)
  }
  const isDue = (at: number | null, seconds: number) =>
    at === null || Math.abs(clock.wallTime() - at) >= seconds * 1000
  if ((full && !isFull) || isDue(origin.fullAt, settings.fullEveryHours * 3600)) {
    await walkBase(walk, baseId, origin, 'full')
    return
  }
  origin = await walkBase(walk, baseId, origin, 'changes')
  if (isDue(origin.sweepAt, settings.sweepSeconds)) await walkBase(walk, baseId, origin, 'sweep')
}

async function syncOwn(ports: SyncPorts, source: FileSource | FolderSource): Promise<void> {
  const { store, clock } = ports
  const name = nameOf(source)
  const path = 'file' in source ? source.file : source.folder
  const before = store.origins().find((origin) => origin.name === name) ?? newOrigin(name, path, null)
  await keepCopy(store, before, async () => {
    const startedAt = clock.wallTime()
    const stamp = await ('file' in source ? stampOfFile(path) : stampOfFolder(path))
    if (stamp === before.stamp && !ports.full) {
      store.change({ origin: { ...before, inStepAt: startedAt } })
      return
    }
    const read = await ('file' in source ? readFileArticles(path) : readFolderArticles(path, source.language))
    const records = read.articles.map((mirrored) => ({ stamp: mirrored.version ?? '', mirrored }))
    const { origin, leftOut } = await replaceRecords(store, before, records)
    const now = { fullAt: startedAt, inStepAt: startedAt, problem: problemOf(read), stamp }
    store.change({ origin: { ...origin, ...now, skipped: read.problems.length + leftOut } })
    ports.onProgress({ title: path, done: records.length, total: records.length })
  })
}

function problemOf({ problems }: OwnArticles): string | null {
  const [first] = problems
  if (first === undefined) return null
  return problems.length === 1 ? first : `${problems.length} files cannot be read; the first: ${first}`
}

/** Runs `work` for an origin; where it fails, the copy stays and the reason is noted. */
async function keepCopy(store: MirrorStore, origin: Origin, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (isCuecardError(error, 'aborted') || isCuecardError(error, 'mirror.unavailable')) throw error
    if (!isCuecardError(error)) throw error
    const now = store.origins().find(({ name }) => name === origin.name) ?? origin
    store.change({ origin: { ...now, problem: error.message } })
  }
}

/** Origins that the configuration no longer names. */
async function forgetOthers({ store, settings: { sources } }: SyncPorts): Promise<void> {
  const names = new Set<string>(sources.map(nameOf))
  for (const origin of store.origins())
    if (!names.has(isGenesys(origin.name) ? 'genesys:' : origin.name)) await forget(store, origin)
}

function nameOf(source: MirrorSource): OriginName {
  if ('genesys' in source) return 'genesys:'
  return 'file' in source ? `file:${source.file}` : `folder:${source.folder}`
}

async function forget(store: MirrorStore, origin: Origin): Promise<void> {
  await dropUnseen(store, { name: origin.name, mark: -1 })
  store.dropOrigin(origin.name)
}
