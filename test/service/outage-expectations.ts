// What a service must do while nothing can be recorded, and when that is over.
import { expect } from 'vitest'
import type { Entry } from './check-record.ts'
import type { Answer, Service } from './service-world.ts'

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

/** `audit: required`: nothing is answered. The ids of retrievals that were: none. */
export async function expectRefused(service: Service, says: RegExp): Promise<string[]> {
  for (let count = 0; count < 3; count++) {
    const { status, headers, text } = await retrieve(service)
    expect(status).toBe(503)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(JSON.parse(text).detail).toMatch(says)
  }
  await expectNotReady(service, says)
  return []
}

/** `audit: available`: everything is answered. The ids of the retrievals, which have no entry yet. */
export async function expectUnrecorded(service: Service, says: RegExp): Promise<string[]> {
  const ids: string[] = []
  for (let count = 0; count < 5; count++) {
    const { status, text } = await retrieve(service)
    expect(status).toBe(200)
    ids.push(JSON.parse(text).retrievalId)
  }
  await expectNotReady(service, says)
  return ids
}

/**
 * Recovered without a restart, and the log tells how many of these retrievals it misses. What waited while the database
 * hung may have been written after all, and counted too.
 */
export async function expectRecovered(service: Service, ids: readonly string[] = []): Promise<void> {
  await service.until('/readyz', ({ status }) => status === 200)
  const answer = await service.ask('POST', '/v1/retrievals', question)
  expect(answer.status).toBe(200)
  const { retrievalId, items } = JSON.parse(answer.text)
  expect(items).not.toEqual([])
  const path = '/v1/audit/entries?limit=200'
  const isComplete = ({ status, text }: Answer) => {
    if (status !== 200 || !text.includes(retrievalId)) return false
    return told(text) >= ids.filter((id) => !text.includes(id)).length
  }
  const { text } = await service.until(path, isComplete)
  expect(told(text)).toBeLessThanOrEqual(ids.length)
}

/** How many retrievals the log says it misses. */
function told(text: string): number {
  const entries: Entry[] = JSON.parse(text).entries
  const gaps = entries.filter(({ body }) => body.kind === 'gap')
  return gaps.reduce((sum, { body }) => sum + Number(body.missed), 0)
}
