// A coaching platform: takes signed messages, checks each, and remembers what it was told.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

export interface Received {
  readonly body: {
    readonly id: string
    readonly eventType: string
    readonly retrievalId: string
    readonly adoption?: { readonly type: string; readonly contentId: string | null }
  }
  readonly text: string
  times: number
}

export type Conduct = 'takes' | 'hangs' | 'fails'

export class WebhookReceiver {
  readonly url: string
  readonly secret: string
  /** By message id. */
  readonly messages = new Map<string, Received>()
  /** Messages that were not as they must be. */
  readonly faults: string[] = []
  conduct: Conduct = 'takes'
  readonly #server: ReturnType<typeof createServer>
  readonly #webhook: Webhook
  #watchers: (() => void)[] = []

  private constructor(server: ReturnType<typeof createServer>, secret: string) {
    this.#server = server
    this.secret = secret
    this.#webhook = new Webhook(secret)
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`
  }

  static async start(): Promise<WebhookReceiver> {
    const server = createServer((request, response) => {
      const pieces: Buffer[] = []
      request.on('data', (piece: Buffer) => pieces.push(piece))
      request.on('end', () => receiver.#take(Buffer.concat(pieces), request.headers, response))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const receiver = new WebhookReceiver(server, `whsec_${Buffer.alloc(32, 7).toString('base64')}`)
    return receiver
  }

  /** Resolves when `isEnough` holds, which is asked after each message; false if that took longer than `withinMs`. */
  async until(isEnough: () => boolean, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs
    while (!isEnough()) {
      const left = deadline - performance.now()
      if (left <= 0) return false
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#watchers.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
    return true
  }

  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    return closed
  }

  #take(bytes: Buffer, headers: NodeJS.Dict<string | string[]>, response: ServerResponse): void {
    if (this.conduct === 'hangs') return
    if (this.conduct === 'fails') {
      response.writeHead(500).end()
      return
    }
    try {
      const text = bytes.toString()
      const body = this.#webhook.verify(text, headers as Record<string, string>) as Received['body']
      this.#keep({ body, text, times: 1 }, String(headers['webhook-id']))
      response.writeHead(204).end()
    } catch (error) {
      this.faults.push((error as Error).message)
      response.writeHead(401).end()
    }
    for (const watch of this.#watchers.splice(0)) watch()
  }

  #keep(message: Received, id: string): void {
    if (message.body.id !== id) this.faults.push(`${id} has the id ${message.body.id} in its body`)
    const before = this.messages.get(id)
    if (before === undefined) this.messages.set(id, message)
    else if (before.text !== message.text) this.faults.push(`${id} came with two bodies`)
    else before.times++
  }
}
