// The simulator over HTTP in a thread of its own, as the upstream of the miss benchmark.
import { parentPort, workerData } from 'node:worker_threads'
import { createSimulator } from '../src/simulator/index.ts'
import { syntheticArticles } from './synthetic-articles.ts'

const simulator = createSimulator({
  articles: syntheticArticles(500),
  quotaPerMinute: 1_000_000,
  latency: { fixedMs: workerData.latencyMs },
})
const { url } = await simulator.listen()
parentPort?.postMessage(url)
