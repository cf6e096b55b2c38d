import { expect, test } from 'vitest'
import { type Learning, learn, neededUses } from '../../src/learning/learn.ts'
import type { LoggedRetrieval } from '../../src/learning/logged-retrieval.ts'
import { features, trueWeights, worldOf } from './synthetic-world.ts'

const bad = { fit: -1, focus: -0.5, compliance: 0.5, noise: 2 }
const vectorOf = (weights: Readonly<Record<string, number>>) => features.map((name) => weights[name] ?? 0)

function learnt(
  retrievals: readonly LoggedRetrieval[],
  current: Readonly<Record<string, number>> = bad,
): Learning {
  const work = learn(retrievals, current)
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value
}

test('learning recovers from a bad profile', () => {
  const world = worldOf({ seed: 7, retrievals: 2500, logging: vectorOf(bad), exploration: 0.1 })
  const { candidate, missingUses } = learnt(world.retrievals)
  const worst = world.valueOf(vectorOf(bad))
  const best = world.valueOf(trueWeights)
  const found = world.valueOf(vectorOf(candidate?.weights ?? {}))
  expect(missingUses).toBe(0)
  expect(found - worst).toBeGreaterThan(0.9 * (best - worst))
  expect(candidate?.judgement.gain.value).toBeGreaterThan(0)
  expect(candidate?.judgement.doublyRobust.value).toBeGreaterThan(candidate?.current.doublyRobust.value ?? 1)
}, 60_000)

test('the same record gives the same weights', () => {
  const { retrievals } = worldOf({ seed: 8, retrievals: 1200, logging: vectorOf(bad), exploration: 0.1 })
  expect(learnt(retrievals)).toEqual(learnt(retrievals))
})

test('the weights together stay as large as they were', () => {
  const { retrievals } = worldOf({ seed: 8, retrievals: 1200, logging: vectorOf(bad), exploration: 0.1 })
  const sizes = vectorOf(learnt(retrievals).candidate?.weights ?? {}).map(Math.abs)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeCloseTo(4, 9)
})

test('of too few uses nothing is made, and how many are missing is told', () => {
  const { retrievals } = worldOf({ seed: 9, retrievals: 90, logging: vectorOf(bad), exploration: 0.1 })
  const learning = learnt(retrievals)
  expect(learning.candidate).toBeUndefined()
  expect(learning.missingUses).toBe(neededUses(features.length) - learning.uses)
})

test('where nothing is to be gained, no gain is certain', () => {
  const current = Object.fromEntries(features.map((name, at) => [name, trueWeights[at] ?? 0]))
  const { retrievals } = worldOf({ seed: 10, retrievals: 1500, logging: [...trueWeights], exploration: 0.1 })
  const { candidate } = learnt(retrievals, current)
  expect(candidate?.judgement.gain.low).toBeLessThan(0)
})
