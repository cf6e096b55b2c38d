import type { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { WaitingWorkers } from '../../src/ledger/thread-workers.ts'

test('a worker is taken once; those that nobody took are ended', async () => {
  const started: Worker[] = []
  const note = (worker: Worker) => started.push(worker)
  process.on('worker', note)
  onTestFinished(() => void process.off('worker', note))

  const workers = new WaitingWorkers()
  const taken = workers.take('ledger-thread')
  onTestFinished(() => void taken?.terminate())
  expect(workers.take('ledger-thread')).toBeUndefined()
  await workers.close()
  // An ended worker has no id.
  expect(started.map((worker) => [worker === taken, worker.threadId > 0])).toEqual([
    [true, true],
    [false, false],
  ])
})
