// The service as a process of its own: from its start until it is ready, and the memory it takes while it answers.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import { readArticles } from '../src/articles/article.ts'
import { createSimulator } from '../src/simulator/index.ts'
import { endServe, type Running, startServe } from './serve-process.ts'
import { median } from './statistics.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const starts = 7
const connections = 32
const warmMs = 4000
const loadMs = 8000

function residentMegabytes({ child }: Running): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

async function load({ url, key }: Running, ms: number): Promise<number> {
  const pool = new Pool(url, { connections })
  const until = performance.now() + ms
  let count = 0
  const ask = async (index: number) => {
    for (let next = index; performance.now() < until; next += connections) {
      const body = JSON.stringify({
        interactionId: `interaction-${next % 1000}`,
        agentId: `agent-${next % 200}`,
        query: 'refund the late fee',
        contextTags: ['fees'],
      })
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
      const answer = await pool.request({ method: 'POST', path: '/v1/retrievals', headers, body })
      if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`)
      await answer.body.dump()
      count++
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, index) => ask(index)))
  await pool.close()
  return (count * 1000) / ms
}

export async function serviceProcess(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'cuecard-bench-'))
  const articles = await readArticles(join(root, 'samples/articles.jsonl'))
  const credentials = { clientId: 'bench', clientSecret: 'bench-secret' }
  const simulator = await createSimulator({
    articles,
    conversations: [],
    ...credentials,
    quotaPerMinute: 100_000,
  }).listen()
  const settings = join(folder, 'settings.yaml')
  // Of the quota too: what 300 calls a minute do not warm would not be a hit.
  writeFileSync(settings, 'http: { requestsPerMinute: 10000000 }\ngenesys: { quotaPerMinute: 100000 }\n')
  const environment = {
    CUECARD_CONFIG_FILE: settings,
    GENESYS_CLIENT_ID: credentials.clientId,
    GENESYS_CLIENT_SECRET: credentials.clientSecret,
    GENESYS_API_URL: simulator.url,
    GENESYS_LOGIN_URL: simulator.url,
  }
  try {
    const times: number[] = []
    for (let count = 0; count < starts; count++) {
      const own = mkdtempSync(join(folder, 'start-'))
      const service = await startServe(own, environment)
      times.push(service.readyMs)
      await endServe(service)
    }
    const service = await startServe(mkdtempSync(join(folder, 'load-')), environment)
    try {
      const before = residentMegabytes(service)
      await load(service, warmMs)
      const perSecond = await load(service, loadMs)
      return {
        'start to ready with an empty store, median ms': median(times),
        'resident memory after the start, MB': before,
        'resident memory after the hit run, MB': residentMegabytes(service),
        'POST /v1/retrievals a second in that run, strict': Math.round(perSecond),
      }
    } finally {
      await endServe(service)
    }
  } finally {
    await simulator.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
