// Agents at work: retrievals and what was done with them, and every acknowledgement that they were given.
import type { AdoptionReceipt } from '../../src/adoption/adoption-event.ts'
import type { Random } from '../../src/random.ts'
import type { Service } from './service-world.ts'

/** An event that an agent reports until it is acknowledged. */
export interface Reported {
  readonly retrievalId: string
  readonly key: string
  readonly event: { readonly type: string; readonly contentId?: string }
  receipt?: AdoptionReceipt
}

const questions = ['refund the late fee', 'lost card abroad', 'raise the limit']

export class ServiceLoad {
  /** Ids of retrievals that were answered. */
  readonly retrievals: string[] = []
  readonly events: Reported[] = []
  /** Answers by status; 0: none came, or not to its end. */
  readonly statuses: Record<number, number> = {}
  /** What one answer says against another. */
  readonly contradictions: string[] = []
  readonly #random: Random
  #count = 0
  #receipts = 0

  constructor(random: Random) {
    this.#random = random
  }

  get acknowledged(): number {
    return this.retrievals.length + this.#receipts
  }

  /** `agents` work at once until `isOver` says so, which is asked after each answer, or the service is gone. */
  async work(service: Service, agents: number, isOver: () => boolean): Promise<void> {
    const agent = async () => {
      while (!isOver()) if (!(await this.#work(service))) return
    }
    await Promise.all(Array.from({ length: agents }, agent))
  }

  /** Sends again what was not acknowledged, and some of what was: with the same key, the receipt must be the same. */
  async reportAgain(service: Service): Promise<void> {
    for (const event of this.events)
      if (event.receipt === undefined || this.#random() < 0.05) await this.#report(service, event)
  }

  async #work(service: Service): Promise<boolean> {
    const count = ++this.#count
    const query = questions[Math.floor(this.#random() * questions.length)]
    const request = { interactionId: `interaction-${count}`, agentId: `agent-${count % 20}`, query }
    const answer = await this.#ask(service, '/v1/retrievals', request)
    if (answer?.status !== 200) return answer !== undefined
    const { retrievalId, items } = JSON.parse(answer.text)
    this.retrievals.push(retrievalId)
    if (this.#random() < 0.4) return true
    const contentId = items[0]?.contentId
    const event = contentId === undefined ? { type: 'resolved' } : { type: 'opened', contentId }
    const reported: Reported = { retrievalId, key: `key-${count}`, event }
    this.events.push(reported)
    return this.#report(service, reported)
  }

  async #report(service: Service, reported: Reported): Promise<boolean> {
    const { retrievalId, key, event, receipt } = reported
    const path = `/v1/retrievals/${retrievalId}/events`
    const answer = await this.#ask(service, path, event, { 'idempotency-key': key })
    if (answer?.status === 201) {
      reported.receipt = JSON.parse(answer.text)
      if (receipt === undefined) this.#receipts++
      else if (JSON.stringify(receipt) !== answer.text)
        this.contradictions.push(`${key}: ${JSON.stringify(receipt)} and ${answer.text}`)
    } else if (answer?.status === 404) this.contradictions.push(`${retrievalId} was answered and is unknown`)
    return answer !== undefined
  }

  async #ask(service: Service, path: string, body: unknown, headers?: Record<string, string>) {
    const answer = await service.ask('POST', path, body, headers).catch(() => undefined)
    const status = answer?.status ?? 0
    this.statuses[status] = (this.statuses[status] ?? 0) + 1
    return answer
  }
}
