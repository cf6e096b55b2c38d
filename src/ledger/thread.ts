// A thread of the record that is started again when it dies.
import type { Worker } from 'node:worker_threads'
import type { CancelTimer, Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import { type Handlers, Peer } from './peer.ts'
import { startWorker, type ThreadName } from './thread-workers.ts'

/** What a thread is told first. Plain data: the address and the key are no `Secret` any more. */
export interface ThreadData<Settings> {
  readonly url: string
  readonly connections: number
  /** 32 bytes. */
  readonly auditKey: Uint8Array
  readonly settings: Settings
}

export interface ThreadOptions {
  readonly name: ThreadName
  readonly data: ThreadData<unknown>
  /** One that is there already. */
  readonly worker: Worker | undefined
  /** What the thread may call. */
  readonly handlers: Handlers
  readonly clock: Clock
}

/** Milliseconds in which a thread must have ended by itself: a database that hangs would keep it. */
const closeMs = 6000
const firstPauseMs = 500
const longestPauseMs = 30_000

export class Thread {
  readonly #options: ThreadOptions
  #worker: Worker
  #peer: Peer
  #pauseMs = firstPauseMs
  #restart: CancelTimer | undefined
  #isClosing = false
  /** Under way. */
  #calls = 0

  constructor(options: ThreadOptions) {
    this.#options = options
    ;[this.#worker, this.#peer] = this.#start(options.worker)
  }

  /** The calls of the thread. While it is dead each rejects with `record.unavailable`. */
  calls<T extends object>(): T {
    // Not `#peer.calls`: after a restart it is another peer.
    return new Proxy({} as T, {
      get: (_, name) =>
        typeof name === 'string' && name !== 'then'
          ? (...values: unknown[]) => this.call(name, values)
          : undefined,
    })
  }

  /** Makes one call, and hands over what is in `transfer`. Only what waits for an answer keeps the process alive. */
  async call(
    name: string,
    values: readonly unknown[],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<unknown> {
    if (this.#calls++ === 0) this.#worker.ref()
    try {
      return await this.#peer.callWith(name, values, transfer)
    } finally {
      if (--this.#calls === 0) this.#worker.unref()
    }
  }

  /** Calls `close` of the thread, waits for it, and ends it. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#restart?.()
    let cancel: CancelTimer = () => {}
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(closeMs, resolve)
    })
    await Promise.race([this.call('close', []).catch(() => {}), late])
    cancel()
    await this.#worker.terminate()
  }

  #start(waiting?: Worker): [Worker, Peer] {
    const { name, data, handlers, clock } = this.#options
    const worker = waiting ?? startWorker(name)
    worker.postMessage(data)
    const peer = new Peer(worker, handlers)
    const startedAt = clock.now()
    let reason = 'it ended'
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error)
    })
    worker.on('exit', () => {
      peer.end(
        new CuecardError('record.unavailable', `The record's thread failed: ${reason}; it is started again`),
      )
      if (this.#isClosing) return
      this.#restart = clock.after(
        this.#pauseMs,
        () => {
          ;[this.#worker, this.#peer] = this.#start()
        },
        true,
      )
      // What lived for long is not what keeps dying.
      const lived = clock.now() - startedAt
      this.#pauseMs = lived > longestPauseMs ? firstPauseMs : Math.min(2 * this.#pauseMs, longestPauseMs)
    })
    if (this.#calls > 0) worker.ref()
    return [worker, peer]
  }
}
