// How fast the HTTP service answers from the cache, against a bare node:http server that parses the same body and
// returns the same bytes from memory. Servers and client in threads of their own; 32 connections, closed loop.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { apiKeyText } from '../src/access/api-key-file.ts'
import type { ServerData } from './http-hit-server.ts'
import { median, percentile } from './statistics.ts'

const connections = 32
const roundMs = 1500
const rounds = 5
const key = apiKeyText('bench', randomBytes(32))

/** 1,000 interactions of 200 agents, 3 context tags each. */
const requests = Array.from({ length: 1000 }, (_, index) => {
  const body = JSON.stringify({
    interactionId: `interaction-${index}`,
    agentId: `agent-${index % 200}`,
    entityIds: ['account-current', 'card-platinum'],
    contextTags: ['card', 'fees', 'travel'],
  })
  return Buffer.from(
    `POST /v1/retrievals HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
})

async function startServer(folder: string, data: Partial<ServerData>): Promise<Server> {
  const workerData = { folder: mkdtempSync(join(folder, 'server-')), key, ...data }
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

const modes = ['no audit', 'strict', 'relaxed'] as const

interface Measured {
  readonly ratio: number[]
  readonly cpuRatio: number[]
  readonly us: number[]
  readonly perSecond: number[]
  readonly p99: number[]
}

const nothing = (): Measured => ({ ratio: [], cpuRatio: [], us: [], perSecond: [], p99: [] })

export async function httpHit(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'cuecard-bench-'))
  const servers = new Map<string, Server>()
  try {
    servers.set('no audit', await startServer(folder, {}))
    servers.set('strict', await startServer(folder, { durability: 'strict' }))
    servers.set('relaxed', await startServer(folder, { durability: 'relaxed' }))
    let bytes: Buffer = Buffer.of()
    for (const mode of modes) {
      const { answer } = await round(of(servers, mode))
      bytes = answer.subarray(answer.indexOf('\r\n\r\n') + 4)
    }
    servers.set('bare', await startServer(folder, { bytes }))
    await round(of(servers, 'bare'))
    const figures = await rounded(servers)
    const open = await openLoop(of(servers, 'strict').port)
    return { ...figures, ...open, ...syncTime(folder), 'bytes of a reply': bytes.length }
  } finally {
    for (const { worker } of servers.values()) await worker.terminate()
    rmSync(folder, { recursive: true, force: true })
  }
}

function of(servers: ReadonlyMap<string, Server>, name: string): Server {
  const server = servers.get(name)
  if (server === undefined) throw new Error(`there is no server ${name}`)
  return server
}

async function rounded(servers: ReadonlyMap<string, Server>): Promise<Record<string, number>> {
  const measured = Object.fromEntries([...modes, 'bare'].map((name) => [name, nothing()]))
  for (let count = 0; count < rounds; count++) {
    // Right before and after, so that a slow moment of the machine tells on both.
    const bare = await round(of(servers, 'bare'))
    measured.bare?.perSecond.push(bare.perSecond)
    for (const mode of modes) {
      const own = await round(of(servers, mode))
      const all = measured[mode] ?? nothing()
      all.ratio.push(own.perSecond / bare.perSecond)
      all.cpuRatio.push(bare.us / own.us)
      all.us.push(own.us)
      all.perSecond.push(own.perSecond)
      all.p99.push(own.p99)
    }
  }
  const figures: Record<string, number> = {}
  for (const mode of modes) {
    const { ratio, cpuRatio, us, perSecond, p99 } = measured[mode] ?? nothing()
    figures[`${mode}: ratio to bare node:http`] = median(ratio)
    figures[`${mode}: lowest ratio of a round`] = Math.min(...ratio)
    figures[`${mode}: highest ratio of a round`] = Math.max(...ratio)
    figures[`${mode}: ratio by CPU time of the server's thread`] = median(cpuRatio)
    figures[`${mode}: CPU us a request`] = median(us)
    figures[`${mode}: POST /v1/retrievals a second`] = Math.round(median(perSecond))
    figures[`${mode}: p99 ms with ${connections} connections`] = median(p99)
  }
  figures['bare node:http a second'] = Math.round(median(measured.bare?.perSecond ?? []))
  return figures
}

const openRate = 1000
const openSeconds = 8

/**
 * Sends at its own pace, whatever the answers do. Each time counts from when the request was sent; how late that was
 * against the plan, by the timers of this process, is told beside it.
 */
async function openLoop(port: number): Promise<Record<string, number>> {
  const times: number[] = []
  const late: number[] = []
  const sockets = await Promise.all(Array.from({ length: connections }, () => openSocket(port, times)))
  const start = performance.now()
  const total = openRate * openSeconds
  let sent = 0
  await new Promise<void>((resolve) => {
    const tick = () => {
      const due = Math.min(Math.floor(((performance.now() - start) / 1000) * openRate), total)
      const now = performance.now()
      for (; sent < due; sent++) {
        late.push(now - start - (sent * 1000) / openRate)
        sockets[sent % connections]?.send(requests[sent % requests.length] ?? Buffer.of(), now)
      }
      if (times.length >= total) resolve()
      else setTimeout(tick, 1)
    }
    tick()
  })
  for (const { end } of sockets) end()
  const settled = times.slice(openRate)
  return {
    [`strict, open loop at ${openRate}/s: p50 ms`]: percentile(settled, 0.5),
    [`strict, open loop at ${openRate}/s: p99 ms`]: percentile(settled, 0.99),
    [`strict, open loop at ${openRate}/s: p99.9 ms`]: percentile(settled, 0.999),
    'sent later than planned, p99 ms': percentile(late, 0.99),
  }
}

/** A connection on which requests are pipelined where answers are late. */
function openSocket(port: number, times: number[]) {
  return new Promise<{ send(request: Buffer, due: number): void; end(): void }>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    const due: number[] = []
    let rest: Buffer = Buffer.of()
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      while (rest.indexOf('\r\n\r\n') >= 0) {
        const length = lengthOf(rest)
        if (rest.length < length) return
        rest = rest.subarray(length)
        times.push(performance.now() - (due.shift() ?? 0))
      }
    })
    socket.on('connect', () =>
      resolve({
        send(request, at) {
          due.push(at)
          socket.write(request)
        },
        end: () => socket.destroy(),
      }),
    )
  })
}

/** What the disk takes to keep 4 KB: every strict figure rests on it. */
function syncTime(folder: string): Record<string, number> {
  const file = openSync(join(folder, 'sync'), 'w')
  const times: number[] = []
  for (let count = 0; count < 300; count++) {
    writeSync(file, Buffer.alloc(4096, count))
    const start = performance.now()
    fdatasyncSync(file)
    times.push(performance.now() - start)
  }
  closeSync(file)
  return {
    'fdatasync of 4 KB, median ms': median(times),
    'fdatasync of 4 KB, p99 ms': percentile(times, 0.99),
  }
}
