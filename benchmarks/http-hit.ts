// How fast the HTTP service answers from the cache, against a bare node:http server that parses the same body and
// returns the same bytes from memory. Servers and client in threads of their own; 32 connections, closed loop.
import { once } from 'node:events'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { median, percentile } from './statistics.ts'

const connections = 32
const roundMs = 1500
const rounds = 7
const credential = 'Bearer benchmark'

/** 1,000 interactions of 200 agents, 3 context tags each. */
const requests = Array.from({ length: 1000 }, (_, index) => {
  const body = JSON.stringify({
    interactionId: `interaction-${index}`,
    agentId: `agent-${index % 200}`,
    entityIds: ['account-current', 'card-platinum'],
    contextTags: ['card', 'fees', 'travel'],
  })
  return Buffer.from(
    `POST /v1/retrievals HTTP/1.1\r\nhost: localhost\r\nauthorization: ${credential}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
})

async function startServer(workerData: object): Promise<Server> {
  const worker = new Worker(new URL('./http-hit-server.ts', import.meta.url), { workerData })
  const [port] = await once(worker, 'message')
  return { worker, port }
}

/** Asks over one connection, one request after the other, until `until`; the answers' times go to `times`. */
function ask(port: number, first: number, until: number, times: number[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    let index = first
    let sentAt = 0
    let wanted = 0
    let parts: Buffer[] = []
    const send = () => {
      sentAt = performance.now()
      socket.write(requests[index++ % requests.length] ?? '')
    }
    socket.on('connect', send).on('error', reject)
    socket.on('data', (chunk) => {
      if (wanted === 0) wanted = lengthOf(chunk)
      parts.push(chunk)
      wanted -= chunk.length
      if (wanted > 0) return
      const now = performance.now()
      times.push(now - sentAt)
      if (now >= until) {
        socket.destroy()
        resolve(Buffer.concat(parts))
      } else {
        wanted = 0
        parts = []
        send()
      }
    })
  })
}

/** Of an answer, head and body, told by its first bytes, which hold all of its head. */
function lengthOf(chunk: Buffer): number {
  const end = chunk.indexOf('\r\n\r\n') + 4
  const head = chunk.toString('latin1', 0, end)
  const [, length] = /content-length: (\d+)/i.exec(head) ?? []
  if (!head.startsWith('HTTP/1.1 200') || length === undefined) throw new Error(`unexpected answer: ${head}`)
  return end + Number(length)
}

interface Server {
  readonly worker: Worker
  readonly port: number
}

async function cpuUs({ worker }: Server): Promise<number> {
  const told = once(worker, 'message')
  worker.postMessage('cpu')
  return (await told)[0]
}

async function round(server: Server) {
  const times: number[] = []
  const cpuBefore = await cpuUs(server)
  const start = performance.now()
  const asked = Array.from({ length: connections }, (_, index) =>
    ask(server.port, index * 31, start + roundMs, times),
  )
  const [answer = Buffer.of()] = await Promise.all(asked)
  const perSecond = (times.length * 1000) / (performance.now() - start)
  const us = ((await cpuUs(server)) - cpuBefore) / times.length
  return { perSecond, us, p99: percentile(times, 0.99), answer }
}

export async function httpHit(): Promise<Record<string, number>> {
  const cuecard = await startServer({ credential })
  await round(cuecard)
  const { answer } = await round(cuecard)
  const bytes = answer.subarray(answer.indexOf('\r\n\r\n') + 4)
  const bare = await startServer({ bytes })
  await round(bare)
  const measured = {
    ratio: [] as number[],
    cpuRatio: [] as number[],
    us: [] as number[],
    cuecard: [] as number[],
    bare: [] as number[],
    p99: [] as number[],
  }
  for (let count = 0; count < rounds; count++) {
    const own = await round(cuecard)
    const other = await round(bare)
    measured.ratio.push(own.perSecond / other.perSecond)
    measured.cpuRatio.push(other.us / own.us)
    measured.us.push(own.us)
    measured.cuecard.push(own.perSecond)
    measured.bare.push(other.perSecond)
    measured.p99.push(own.p99)
  }
  await Promise.all([cuecard.worker.terminate(), bare.worker.terminate()])
  return {
    'ratio to bare node:http, no audit': median(measured.ratio),
    'lowest ratio of a round': Math.min(...measured.ratio),
    'highest ratio of a round': Math.max(...measured.ratio),
    'ratio by CPU time of the server thread': median(measured.cpuRatio),
    'CPU us a request': median(measured.us),
    'POST /v1/retrievals a second': Math.round(median(measured.cuecard)),
    'bare node:http a second': Math.round(median(measured.bare)),
    'p99 ms with 32 connections': median(measured.p99),
    'bytes of a reply': bytes.length,
  }
}
