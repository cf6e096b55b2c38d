// One walk through a knowledge base: page by page into the store, so that another process can go on after each.
import type { Clock } from '../clock.ts'
import { isCuecardError } from '../errors.ts'
import { documentSchema, type KnowledgeDocument } from '../sources/knowledge-document.ts'
import type { DocumentListing, DocumentPage } from './document-listing.ts'
import { recordOf, stampOf, textOf } from './document-record.ts'
import type { MirrorStore } from './mirror-store.ts'
import type { MirroredArticle } from './mirrored-article.ts'
import { nextTurn, piecesOf } from './next-turn.ts'
import type { Origin, Round, RoundKind } from './origin.ts'
import type { Patience } from './patience.ts'
import { dropUnseen, type NewRecord, storeRecords } from './store-records.ts'

/** Documents between two turns of the event loop. */
const documentsAtOnce = 20

/** Our clock and Genesys's may differ by so much, in milliseconds. */
const overlapMs = 600_000

/** So often a walk begins anew because its cursor is unknown: the document at which it stood was deleted. */
const maxRestarts = 3

export interface WalkPorts {
  readonly store: MirrorStore
  readonly listing: DocumentListing
  readonly clock: Clock
  readonly patience: Patience
  readonly signal: AbortSignal
  /** Bases that do not list documents with their texts; learnt on the way. */
  readonly textless: Set<string>
  /** Told after each page. */
  readonly onPage: (origin: Origin) => void
}

/**
 * Walks to the end, going on where a walk of this kind was left.
 * @throws CuecardError as every call to Genesys; `mirror.unavailable`.
 */
export async function walkBase(
  ports: WalkPorts,
  baseId: string,
  before: Origin,
  kind: RoundKind,
): Promise<Origin> {
  let origin = before.round?.kind === kind ? before : begin(before, kind, ports.clock.wallTime())
  for (let restarts = 0; ; ) {
    const round = origin.round as Round
    let page: DocumentPage
    try {
      page = await pageOf(ports, baseId, round)
    } catch (error) {
      const isLost = round.cursor !== null && isCuecardError(error, 'genesys.rejected')
      if (!isLost || restarts++ === maxRestarts) throw error
      origin = begin(origin, kind, ports.clock.wallTime())
      continue
    }
    origin = await take(ports, baseId, origin, round, page)
    ports.onPage(origin)
    if (page.next === undefined) return finish(ports.store, origin, round)
  }
}

function begin(before: Origin, kind: RoundKind, now: number): Origin {
  const mark = before.mark + 1
  const since = Math.min(before.changesAt ?? 0, now) - overlapMs
  const interval = kind === 'changes' ? `${isoSeconds(since)}/${isoSeconds(now + 1000)}` : null
  const round: Round = { kind, mark, startedAt: now, interval, cursor: null, done: 0, skipped: 0 }
  return { ...before, mark, round }
}

function isoSeconds(time: number): string {
  return `${new Date(Math.max(time, 0)).toISOString().slice(0, 19)}Z`
}

/** A page with the texts, or without where Genesys does not list them or cannot send as much. */
async function pageOf(ports: WalkPorts, baseId: string, round: Round): Promise<DocumentPage> {
  const { cursor, interval } = round
  const get = (withText: boolean) =>
    ports.patience(() => ports.listing.page({ baseId, cursor, interval, withText }, ports.signal))
  if (round.kind === 'sweep' || ports.textless.has(baseId)) return get(false)
  try {
    return await get(true)
  } catch (error) {
    const isRefused = isCuecardError(error, 'genesys.rejected')
    if (!isRefused && !isCuecardError(error, 'genesys.malformed')) throw error
    const page = await get(false)
    if (isRefused) ports.textless.add(baseId)
    return page
  }
}

/** Brings a page into the store; the cursor moves on with its last piece. */
async function take(
  ports: WalkPorts,
  baseId: string,
  origin: Origin,
  round: Round,
  { entities, next }: DocumentPage,
): Promise<Origin> {
  let { done, skipped } = round
  for (const piece of piecesOf(entities, documentsAtOnce)) {
    const read = piece.map((entity) => documentSchema.safeParse(entity))
    const documents = read.flatMap(({ data }) => (data === undefined ? [] : [data]))
    const { records, drop, unread } = await judge(ports, baseId, origin, documents)
    done += piece.length
    skipped += piece.length - documents.length + unread
    const at = { ...origin, round: { ...round, done, skipped } }
    skipped += storeRecords(ports.store, at, records, drop)
    await nextTurn()
  }
  const after = { ...origin, round: { ...round, done, skipped, cursor: next ?? round.cursor } }
  ports.store.change({ origin: after })
  return after
}

interface Judged {
  readonly records: NewRecord[]
  /** Ids of what is not published any more. */
  readonly drop: string[]
  /** How many could not be read. */
  readonly unread: number
}

async function judge(
  ports: WalkPorts,
  baseId: string,
  { language }: Origin,
  documents: readonly KnowledgeDocument[],
): Promise<Judged> {
  const known = ports.store.articles(documents.map(({ id }) => id))
  const records: NewRecord[] = []
  const drop: string[] = []
  let unread = 0
  for (const listed of documents) {
    let document: KnowledgeDocument | undefined = listed
    const before = known.get(listed.id)
    let text = textOf(listed)
    if (text === undefined && before?.stamp === stampOf(listed))
      text = (JSON.parse(before.record) as MirroredArticle).article.body
    // What is listed as a draft may have a published version, which is the one to show.
    if (text === undefined || listed.state !== 'Published')
      try {
        document = await ports.patience(() => ports.listing.document(baseId, listed.id, ports.signal))
        text = document && textOf(document)
      } catch (error) {
        if (!isCuecardError(error, 'genesys.malformed')) throw error
        unread++
        continue
      }
    if (document?.state !== 'Published' || document.visible === false) drop.push(listed.id)
    else records.push({ stamp: stampOf(document), mirrored: recordOf(document, text ?? '', language) })
  }
  return { records, drop, unread }
}

async function finish(store: MirrorStore, walked: Origin, { kind, startedAt }: Round): Promise<Origin> {
  const skipped = walked.round?.skipped ?? 0
  if (kind !== 'changes') await dropUnseen(store, walked)
  const origin: Origin = {
    ...walked,
    round: null,
    problem: null,
    inStepAt: startedAt,
    changesAt: startedAt,
    ...(kind !== 'changes' && { sweepAt: startedAt, skipped }),
    ...(kind === 'full' && { fullAt: startedAt }),
  }
  store.change({ origin })
  return origin
}
