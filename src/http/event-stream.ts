// A reply as server-sent events (WHATWG HTML, 9.2): framed at once, never kept for a reader that does not read.
import type { ServerResponse } from 'node:http'

/** What may wait for a reader; one that is slower is cut off, and loses nothing when it comes back. */
const maxWaitingBytes = 256 * 1024

/** Milliseconds after which a client that was cut off comes back. */
const retryMs = 2000

const afterFrame = Buffer.from('\n\n')

export class EventStream {
  readonly #response: ServerResponse
  readonly #headers: readonly string[]
  readonly #onHead: () => void
  #waited = false

  /** `headers` are names and values in turn. `onHead` runs before the head is sent, which the first event does. */
  constructor(response: ServerResponse, headers: readonly string[], onHead: () => void) {
    this.#response = response
    this.#headers = headers
    this.#onHead = onHead
  }

  /** Sends the head, if nothing has yet. */
  open(): void {
    if (this.#response.headersSent || this.#response.destroyed) return
    this.#onHead()
    // The last one keeps nginx from gathering events before it hands them on.
    const own = ['content-type', 'text/event-stream', 'x-accel-buffering', 'no']
    this.#response.writeHead(200, [...own, ...this.#headers])
    this.#response.write(`retry: ${retryMs}\n\n`)
  }

  /** `data` is text without line breaks, in UTF-8. */
  send(event: string, data: Buffer, id?: string): void {
    this.open()
    const head = `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: `
    if (this.#response.writableLength > maxWaitingBytes) this.#response.destroy()
    else this.#response.write(Buffer.concat([Buffer.from(head), data, afterFrame]))
  }

  /** A comment, which keeps the connection. Whoever has not read what was sent until the one before is cut off. */
  beat(): void {
    const waits = this.#response.writableLength > 0
    if (waits && this.#waited) this.#response.destroy()
    this.#waited = waits
    if (!waits) this.#response.write(':\n\n')
  }

  end(): void {
    this.#response.end()
  }
}
