// The simulator over HTTP in a thread of its own, as the upstream of the miss benchmark.
import { parentPort, workerData } from 'node:worker_threads'
import { createSimulator } from '../src/simulator/index.ts'
import { syntheticArticles } from './synthetic-articles.ts'

const simulator = createSimulator({
  articles: syntheticArticles(500),
  quotaPerMinute: 1_000_000,
  // Spread, as at Genesys: answers that all come at once would wait for one another.
  latency:
    workerData.latencyMs === 0
      ? { fixedMs: 0 }
      : { medianMs: workerData.latencyMs, p99Ms: 3 * workerData.latencyMs },
})
const { url } = await simulator.listen()
parentPort?.postMessage(url)
