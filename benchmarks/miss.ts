// What cuecard adds to a call that has to go to Genesys, beside a bare undici request to the same simulator.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Pool } from 'undici'
import { createCuecard } from '../src/index.ts'
import { assistContentOnly } from './canned-genesys.ts'
import { percentile } from './statistics.ts'
import { entityId } from './synthetic-articles.ts'

const rounds = 5
const calls = 1000
const concurrency = 20

/** Runs `calls` calls, `concurrency` at a time, and returns each one's milliseconds. */
async function timed(run: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  let next = 0
  const worker = async () => {
    for (let index = next++; index < calls; index = next++) {
      const start = performance.now()
      await run(index)
      times.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return times
}

async function tokenFrom(pool: Pool): Promise<string> {
  const basic = Buffer.from('simulator:simulator-secret').toString('base64')
  const { body } = await pool.request({
    method: 'POST',
    path: '/oauth/token',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  })
  const { access_token } = (await body.json()) as { access_token: string }
  return access_token
}

/**
 * Twice: against an upstream that takes 40 ms, as a near Genesys does, so that what cuecard adds is its own time; and
 * against one without latency, where all share two cores and each call also waits for the work on the 19 others.
 */
export async function miss(): Promise<Record<string, number>> {
  return {
    ...label('upstream 40 ms', await measure(40)),
    ...label('upstream 0 ms, cores saturated', await measure(0)),
  }
}

function label(name: string, figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([figure, value]) => [`${name}: ${figure}`, value]))
}

async function measure(latencyMs: number): Promise<Record<string, number>> {
  const worker = new Worker(new URL('./upstream-worker.ts', import.meta.url), { workerData: { latencyMs } })
  const [url] = (await once(worker, 'message')) as [string]
  const pool = new Pool(url, { connections: 64 })
  const token = await tokenFrom(pool)
  const cuecard = await createCuecard({
    ...assistContentOnly,
    genesys: {
      clientId: 'simulator',
      clientSecret: 'simulator-secret',
      apiUrl: url,
      loginUrl: url,
      quotaPerMinute: 100_000,
    },
    latencyBudgetMs: 5000,
  })
  let counter = 0
  let own: number[] = []
  const bare = async (index: number) => {
    const { body } = await pool.request({
      method: 'POST',
      path: '/api/v2/agentassist/content/retrieve',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        interactionId: 'i',
        entityIds: [entityId(index % 500), `bare-${counter++}`],
        language: 'en-US',
        maxResults: 20,
      }),
    })
    return JSON.parse(await body.text())
  }
  const through = async (index: number) => {
    // An entity that was never asked before makes each question a new key.
    const entityIds = [entityId(index % 500), `miss-${counter++}`]
    const reply = await cuecard.retrieve({ interactionId: 'i', agentId: 'a', entityIds })
    if (reply.freshness.status !== 'fresh') throw new Error(reply.degraded?.message)
    own.push(reply.timings.totalMs - reply.timings.upstreamMs)
  }
  const figures = {
    p50: [] as number[],
    p99: [] as number[],
    bareP50: [] as number[],
    bareP99: [] as number[],
    ownP50: [] as number[],
    ownP99: [] as number[],
  }
  for (let round = 0; round <= rounds; round++) {
    const without = await timed(bare)
    own = []
    const by = await timed(through)
    if (round === 0) continue
    figures.bareP50.push(percentile(without, 0.5))
    figures.bareP99.push(percentile(without, 0.99))
    figures.ownP50.push(percentile(own, 0.5))
    figures.ownP99.push(percentile(own, 0.99))
    figures.p50.push(percentile(by, 0.5))
    figures.p99.push(percentile(by, 0.99))
  }
  await cuecard.close()
  await pool.close()
  await worker.terminate()
  const [p50, p99] = [percentile(figures.p50, 0.5), percentile(figures.p99, 0.5)]
  const [bareP50, bareP99] = [percentile(figures.bareP50, 0.5), percentile(figures.bareP99, 0.5)]
  return {
    'own time p50 ms (total less the call itself)': percentile(figures.ownP50, 0.5),
    'own time p99 ms': percentile(figures.ownP99, 0.5),
    'through cuecard p50 ms': p50,
    'bare undici p50 ms': bareP50,
    'ratio of p50': p50 / bareP50,
    'added p50 ms': p50 - bareP50,
    'through cuecard p99 ms': p99,
    'bare undici p99 ms': bareP99,
    'added p99 ms': p99 - bareP99,
  }
}
