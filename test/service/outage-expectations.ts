// What a service must do while nothing can be recorded, and when that is over.
import { expect } from 'vitest'
import type { Service } from './service-world.ts'

export const question = { interactionId: 'i-1', agentId: 'ann', query: 'refund the late fee' }

/** Some more than a reply waits for the disk. */
const boundMs = 3500

async function retrieve(service: Service) {
  const started = performance.now()
  const answer = await service.ask('POST', '/v1/retrievals', question)
  expect(performance.now() - started).toBeLessThan(boundMs)
  return answer
}

async function expectNotReady(service: Service, says: RegExp): Promise<void> {
  const { text } = await service.until('/readyz', ({ status }) => status === 503, 5000)
  const { database } = JSON.parse(text).parts
  expect(database.ok).toBe(false)
  expect(database.message).toMatch(says)
  expect(service.stderr).toMatch(/"level":"error".*"message":"Nothing can be recorded: [^"]+"/)
}

/** `audit: required`: nothing is answered. How many retrievals were answered without an entry: none. */
export async function expectRefused(service: Service, says: RegExp): Promise<number> {
  for (let count = 0; count < 3; count++) {
    const { status, headers, text } = await retrieve(service)
    expect(status).toBe(503)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(JSON.parse(text).detail).toMatch(says)
  }
  await expectNotReady(service, says)
  return 0
}

/** `audit: available`: everything is answered. How many retrievals were, without an entry. */
export async function expectUnrecorded(service: Service, says: RegExp): Promise<number> {
  const asked = 5
  for (let count = 0; count < asked; count++) expect((await retrieve(service)).status).toBe(200)
  await expectNotReady(service, says)
  return asked
}

/** Recovered without a restart, and the log tells of `missed`. */
export async function expectRecovered(service: Service, missed: number): Promise<void> {
  await service.until('/readyz', ({ status }) => status === 200)
  const answer = await service.ask('POST', '/v1/retrievals', question)
  expect(answer.status).toBe(200)
  const { retrievalId, items } = JSON.parse(answer.text)
  expect(items).not.toEqual([])
  const path = `/v1/audit/entries?retrievalId=${retrievalId}`
  await service.until(path, ({ status, text }) => status === 200 && text.includes(retrievalId))
  if (missed === 0) return
  const told = (text: string) => {
    const gaps: { readonly body: { readonly missed: number } }[] = JSON.parse(text).entries
    return gaps.reduce((sum, { body }) => sum + body.missed, 0)
  }
  const isTold = ({ status, text }: { status: number; text: string }) =>
    status === 200 && told(text) >= missed
  const { text } = await service.until('/v1/audit/entries?kind=gap', isTold)
  expect(told(text)).toBe(missed)
}
