// Calls between threads, in both directions, over one message port.
import type { MessagePort, Worker } from 'node:worker_threads'
import { CuecardError, type ErrorCode, type ErrorDetails } from '../errors.ts'

/** What may be called: plain data goes in and comes out. */
export type Handlers = Readonly<Record<string, (...values: never[]) => unknown>>

type Message =
  | { readonly call: number; readonly name: string; readonly values: readonly unknown[] }
  | { readonly done: number; readonly value: unknown }
  | { readonly failed: number; readonly error: PlainError }

interface PlainError {
  readonly code: ErrorCode
  readonly message: string
  readonly details: ErrorDetails
}

interface Waiter {
  resolve(value: never): void
  reject(error: Error): void
}

/** One end of the line. */
export class Peer {
  readonly #port: MessagePort | Worker
  readonly #handlers: Handlers
  readonly #waiting = new Map<number, Waiter>()
  #calls = 0
  #ended: Error | undefined

  constructor(port: MessagePort | Worker, handlers: Handlers) {
    this.#port = port
    this.#handlers = handlers
    port.on('message', (message: Message) => this.#receive(message))
  }

  /** Calls the other end. Rejects with the error that it threw, or with the one that ended the line. */
  call<T>(name: string, ...values: unknown[]): Promise<T> {
    return this.callWith(name, values, [])
  }

  /** The same; what is in `transfer` is handed over and cannot be used here any more. */
  callWith<T>(name: string, values: readonly unknown[], transfer: readonly ArrayBuffer[]): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended)
    return new Promise<T>((resolve, reject) => {
      const call = ++this.#calls
      this.#waiting.set(call, { resolve, reject })
      this.#port.postMessage({ call, name, values } satisfies Message, [...transfer])
    })
  }

  /** A table of calls at the other end; `through`: they go to this one handler there, as its first value their name. */
  calls<T extends object>(through?: string): T {
    return new Proxy({} as T, {
      get: (_, name) => {
        if (typeof name !== 'string' || name === 'then') return undefined
        return (...values: unknown[]) =>
          through === undefined ? this.call(name, ...values) : this.call(through, name, ...values)
      },
    })
  }

  /** No answer will come any more. */
  end(error: Error): void {
    this.#ended = error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }

  #receive(message: Message): void {
    if ('call' in message) {
      void this.#answer(message.call, message.name, message.values)
      return
    }
    const id = 'done' in message ? message.done : message.failed
    const waiter = this.#waiting.get(id)
    this.#waiting.delete(id)
    if ('done' in message) waiter?.resolve(message.value as never)
    else {
      const { code, message: text, details } = message.error
      waiter?.reject(new CuecardError(code, text, details))
    }
  }

  async #answer(call: number, name: string, values: readonly unknown[]): Promise<void> {
    try {
      const handler = this.#handlers[name]
      if (handler === undefined) throw new Error(`there is no handler ${name}`)
      const value = await handler(...(values as never[]))
      this.#port.postMessage({ done: call, value } satisfies Message)
    } catch (error) {
      this.#port.postMessage({ failed: call, error: plain(error) } satisfies Message)
    }
  }
}

function plain(error: unknown): PlainError {
  if (error instanceof CuecardError)
    return { code: error.code, message: error.message, details: error.details }
  return {
    code: 'record.unavailable',
    message: `The record failed: ${error instanceof Error ? error.message : 'something was thrown that is no Error'}`,
    details: {},
  }
}
