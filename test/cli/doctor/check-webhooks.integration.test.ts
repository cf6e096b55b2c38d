// What the doctor says of coaching platforms: connections are made, messages are not.
import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { checkWebhooks } from '../../../src/cli/doctor/check-webhooks.ts'
import { systemClock } from '../../../src/clock.ts'
import { parseRecordConfig } from '../../../src/config/config-schema.ts'
import type { Resolve } from '../../../src/delivery/endpoint-address.ts'
import { Secret } from '../../../src/secret.ts'
import { findingsOf } from './findings-of.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

async function check(url: string, options: { secret?: string; allowed?: string[]; resolve?: Resolve } = {}) {
  const webhook = { name: 'crm', url, secrets: [new Secret(options.secret ?? secret)] }
  const { delivery } = parseRecordConfig({
    delivery: { webhooks: [webhook], allowedHosts: options.allowed ?? [] },
  })
  const ports = { clock: systemClock, ...(options.resolve && { resolve: options.resolve }) }
  const findings = await findingsOf(checkWebhooks(delivery, ports))
  expect(JSON.stringify(findings)).not.toMatch(/MfKQ9r8G|token-in-the-path/)
  return findings['webhook crm']
}

/** A server that keeps what it is sent. */
async function receiver() {
  let received = ''
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.on('data', (data) => {
      received += data
    })
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  const { port } = server.address() as AddressInfo
  return { port, seen: () => ({ connections, received }) }
}

test('a receiver that takes connections passes, and gets no message', async () => {
  const { port, seen } = await receiver()
  const finding = await check(`http://127.0.0.1:${port}/token-in-the-path`, { allowed: ['127.0.0.1'] })
  expect(finding).toMatchObject({ result: 'passed', message: expect.stringContaining('no message was sent') })
  expect(seen()).toEqual({ connections: 1, received: '' })
})

test('a receiver that speaks no TLS fails', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  const { port } = server.address() as AddressInfo
  const finding = await check(`https://localhost:${port}/`, { allowed: ['localhost'] })
  expect(finding).toMatchObject({ result: 'failed', advice: expect.stringContaining('TLS') })
})

test('a name that resolves to an address of our own network fails without a connection', async () => {
  const resolve = ((_host: string, _options: object, done: (...found: unknown[]) => void) =>
    done(null, [{ address: '10.0.0.7', family: 4 }])) as unknown as Resolve
  expect(await check('https://hooks.example.com/', { resolve })).toMatchObject({
    result: 'failed',
    message: expect.stringContaining('10.0.0.7'),
    advice: expect.stringContaining('delivery.allowedHosts'),
  })
})

test('a private address and a broken secret fail before anything is asked', async () => {
  expect(await check('https://169.254.169.254/')).toMatchObject({ result: 'failed' })
  expect(await check('https://hooks.example.com/', { secret: 'whsec_***' })).toMatchObject({
    result: 'failed',
    message: expect.stringContaining('delivery.webhooks.crm.secrets'),
  })
})

test('a receiver that is away fails', async () => {
  const finding = await check('http://127.0.0.1:1/', { allowed: ['127.0.0.1'] })
  expect(finding).toMatchObject({ result: 'failed', message: '127.0.0.1:1 cannot be reached (ECONNREFUSED)' })
})
