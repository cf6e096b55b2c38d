// The outbox as the panel has it: in this browser's storage, on its timers, sent to the service.
import { type Api, ApiProblem } from '../shared/api.ts'
import { Outbox, type PanelEvent, type Sent } from './outbox.ts'

export function outboxOf(api: Api, agentId: string): Outbox {
  return new Outbox({
    store: localStorage,
    agentId,
    send: (retrievalId, event, key) => send(api, retrievalId, event, key),
    now: () => Date.now(),
    after: (ms, call) => {
      const timer = setTimeout(call, ms)
      return () => clearTimeout(timer)
    },
    newId: () => crypto.randomUUID(),
    random: Math.random,
  })
}

async function send(api: Api, retrievalId: string, event: PanelEvent, key: string): Promise<Sent> {
  try {
    const path = `/v1/retrievals/${encodeURIComponent(retrievalId)}/events`
    const receipt = await api.open(path, {
      method: 'POST',
      body: event,
      headers: { 'idempotency-key': key },
      keepalive: true,
    })
    // A body that nobody reads keeps its stream, its loader and its request in memory for as long as the page lives.
    await receipt.body?.cancel()
    return 'done'
  } catch (error) {
    const status = error instanceof ApiProblem ? error.status : 0
    if (status === 401) return 'hold'
    // What is wrong with the event itself would be wrong again; the rest passes.
    return [400, 403, 404, 409, 413, 422].includes(status) ? 'drop' : 'keep'
  }
}
