// Services that share one copy: what they sync, they sync once for all.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DocumentListing } from '../../src/mirror/document-listing.ts'
import { RunningMirror } from '../../src/mirror/running-mirror.ts'
import { seededRandom } from '../../src/random.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { minutes, tempFolder } from './mirror-world.ts'

/** A base of one document, and how often anything was asked about it. */
function countingListing() {
  let calls = 0
  const counted = <T>(value: T) => {
    calls++
    return Promise.resolve(value)
  }
  const listing: DocumentListing = {
    bases: () => counted([{ id: 'base', name: 'Base', language: 'en', documents: 1 }]),
    isGone: () => counted(false),
    page: () =>
      counted({ entities: [{ id: 'a', title: 'A', state: 'Published', variations: [] }], next: undefined }),
    document: () => counted(undefined),
  }
  return { listing, calls: () => calls }
}

/** Calls of an hour by services that started at these minutes. */
async function callsOf(starts: readonly number[]): Promise<number> {
  const clock = new FakeClock()
  const path = join(tempFolder(), 'mirror.db')
  const { listing, calls } = countingListing()
  const settings = {
    path,
    sources: [{ genesys: true as const }],
    trustedSeconds: 900,
    intervalSeconds: 300,
    sweepSeconds: 900,
    fullEveryHours: 24,
  }
  const services: RunningMirror[] = []
  for (let minute = 0; minute < 60; minute++) {
    for (const start of starts)
      if (start === minute)
        services.push(
          await RunningMirror.start({
            settings,
            listing,
            clock,
            random: seededRandom(start),
            onChanges: () => {},
            onProblem: () => {},
          }),
        )
    for (let second = 0; second < 60; second++) await clock.advance(minutes / 60)
  }
  for (const { mirror } of services) expect(mirror.ageSeconds('all')).toBeLessThan(450)
  const count = calls()
  for (const service of services) await service.close()
  return count
}

test.each([[[0, 2]], [[0, 3]], [[0, 0]], [[0, 1, 2, 4]]])(
  'services that start at minutes %j ask hardly more than one alone: a look of its own at the start',
  async (starts) => {
    const alone = await callsOf([0])
    expect(alone).toBeGreaterThan(20)
    expect(await callsOf(starts)).toBeLessThanOrEqual(alone + 4 * starts.length)
  },
)

test('a clock that was set back stops no sync', async () => {
  const clock = new FakeClock()
  const path = join(tempFolder(), 'mirror.db')
  const { listing, calls } = countingListing()
  const settings = { path, sources: [{ genesys: true as const }], trustedSeconds: 900, intervalSeconds: 300 }
  const started = (at: FakeClock) =>
    RunningMirror.start({
      settings: { ...settings, sweepSeconds: 900, fullEveryHours: 24 },
      listing,
      clock: at,
      random: seededRandom(1),
      onChanges: () => {},
      onProblem: () => {},
    })
  const ahead = await started(clock)
  await clock.advance(1000)
  await ahead.close()
  const back = new FakeClock(clock.wallTime() - 60 * minutes)
  const again = await started(back)
  await back.advance(1000)
  const before = calls()
  for (let step = 0; step < 10; step++) await back.advance(minutes)
  expect(calls()).toBeGreaterThan(before)
  await again.close()
})
