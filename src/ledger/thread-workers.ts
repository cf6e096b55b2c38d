// The workers of the record's threads. They load their modules before it is known what they work with.
import { Worker } from 'node:worker_threads'

/** Of the file beside this one, without its ending. */
export type ThreadName = 'ledger-thread' | 'reader-thread'

/** Ending of the sources themselves or of what was built from them. */
const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/** A worker that waits for its first message, and does not keep the process alive. */
export function startWorker(name: ThreadName): Worker {
  const worker = new Worker(new URL(`./${name}${ending}`, import.meta.url), {
    name,
    // What they keep is small; V8 would let it grow to what a whole process may have.
    resourceLimits: { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 512 },
  })
  worker.unref()
  return worker
}

/** Workers that load while this thread loads its own modules, until the record takes them. */
export class WaitingWorkers {
  readonly #workers = new Map<ThreadName, Worker>()

  constructor() {
    for (const name of ['ledger-thread', 'reader-thread'] as const) {
      const worker = startWorker(name)
      // Whoever takes it after that starts another one, and tells what is wrong with it.
      worker.once('error', () => this.#workers.delete(name))
      this.#workers.set(name, worker)
    }
  }

  take(name: ThreadName): Worker | undefined {
    const worker = this.#workers.get(name)
    this.#workers.delete(name)
    return worker
  }

  /** Ends those that nobody took. */
  async close(): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => worker.terminate()))
  }
}
