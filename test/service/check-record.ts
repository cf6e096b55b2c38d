// Holds the record of a service against what it had acknowledged.
import { type Verdict, verifyExport } from '../../src/audit/index.ts'
import type { ServiceLoad } from './service-load.ts'
import type { Service } from './service-world.ts'
import type { WebhookReceiver } from './webhook-receiver.ts'

export interface Entry {
  readonly index: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface CheckedRecord {
  readonly text: string
  readonly entries: readonly Entry[]
  readonly verdict: Verdict
  /** In one sentence each; none when all is well. */
  readonly faults: readonly string[]
}

export interface Kept {
  readonly publicKey: string
  readonly checkpoints: readonly string[]
}

/** Exports the log of a running service, verifies it, and looks for all that was acknowledged. */
export async function checkRecord(service: Service, load: ServiceLoad, kept: Kept): Promise<CheckedRecord> {
  const { status, text } = await service.ask('GET', '/v1/audit/export')
  if (status !== 200) throw new Error(`the export was refused with ${status}: ${text}`)
  const verdict = await verifyExport(
    (async function* () {
      yield Buffer.from(text)
    })(),
    { publicKey: kept.publicKey, keptCheckpoints: kept.checkpoints },
  )
  const entries = entriesOf(text)
  const faults = verdict.failure === null ? [] : [JSON.stringify(verdict.failure)]
  return { text, entries, verdict, faults: [...faults, ...missing(entries, load), ...load.contradictions] }
}

export function entriesOf(text: string): Entry[] {
  return text
    .split('\n')
    .filter((line) => line.endsWith('"type":"entry"}'))
    .map((line) => JSON.parse(line))
    .map(({ index, body }) => ({ index, body: typeof body === 'string' ? JSON.parse(body) : body }))
}

function missing(entries: readonly Entry[], load: ServiceLoad): string[] {
  const timesOf = (kind: string, field: string) => {
    const times = new Map<unknown, number>()
    for (const { body } of entries)
      if (body.kind === kind) times.set(body[field], (times.get(body[field]) ?? 0) + 1)
    return times
  }
  const retrievals = timesOf('retrieval', 'retrievalId')
  const events = timesOf('adoption', 'eventId')
  // The load reports one event of a retrieval at the most.
  const twice = [...timesOf('adoption', 'retrievalId')].filter(([, times]) => times > 1)
  const onceOnly = (what: string, times: number | undefined) =>
    times === 1 ? [] : [`${what} is in the log ${times ?? 0} times`]
  return [
    ...load.retrievals.flatMap((id) => onceOnly(`retrieval ${id}`, retrievals.get(id))),
    ...load.events.flatMap(({ receipt }) =>
      receipt ? onceOnly(`event ${receipt.eventId}`, events.get(receipt.eventId)) : [],
    ),
    ...twice.map(([id]) => `the one event of ${id} is in the log twice`),
  ]
}

/** Waits for the messages of all retrievals and events in the log; those that did not come, and what came wrong. */
export async function undelivered(
  entries: readonly Entry[],
  receiver: WebhookReceiver,
  withinMs: number,
): Promise<string[]> {
  const expected = entries.filter(({ body }) => body.kind === 'retrieval' || body.kind === 'adoption')
  await receiver.until(() => receiver.messages.size >= expected.length, withinMs)
  const byIndex = new Map(
    [...receiver.messages].map(([id, message]) => [Number(id.split('_').at(-1)), message]),
  )
  const faults = expected.flatMap(({ index, body }) => {
    const message = byIndex.get(index)?.body
    if (message === undefined) return [`no message came of entry ${index}`]
    const isRight = message.retrievalId === body.retrievalId && message.eventType.endsWith(String(body.kind))
    return isRight ? [] : [`the message of entry ${index} tells of another one`]
  })
  return [...faults, ...receiver.faults]
}
