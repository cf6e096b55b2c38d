// What a reply says of itself: freshness and degradation.
import { describe, expect, test } from 'vitest'
import { CuecardError } from '../../src/errors.ts'
import type { SourceAnswer } from '../../src/retrieval/content-source.ts'
import { degradationOf, freshnessOf } from '../../src/retrieval/quality.ts'
import { makeAnswer, makeItem } from './make-inquiry.ts'

const answer = (source: string, fetchedAt: number, freshUntil = fetchedAt + 1000) =>
  makeAnswer([makeItem({ source })], { fetchedAt, freshUntil })

describe('freshness', () => {
  const freshness = (answers: SourceAnswer[], askedAt: number, now: number) =>
    freshnessOf({ answers, failures: [] }, [{ source: 's' }], askedAt, now)

  test('without an answer there is none', () => {
    expect(freshness([], 5, 5)).toEqual({ status: 'none', ageSeconds: null, source: null })
  })

  test('an answer is fresh until, and stale from, the end of its time to live', () => {
    const statusAt = (now: number) => freshness([answer('s', 0, 1000)], now, now).status
    expect([statusAt(0), statusAt(999), statusAt(1000), statusAt(1001)]).toEqual([
      'fresh',
      'fresh',
      'stale',
      'stale',
    ])
  })

  test('the oldest part gives age and source, one stale part makes all stale', () => {
    const parts = [answer('new', 900), answer('old', 150, 200), answer('middle', 500)]
    expect(freshness(parts, 1000, 1000)).toEqual({ status: 'stale', ageSeconds: 0.9, source: 'old' })
  })

  test('what was fresh when it was asked for is fresh, however long another source takes', () => {
    expect(freshness([answer('s', 0, 1000)], 999, 1100)).toEqual({
      status: 'fresh',
      ageSeconds: 1.1,
      source: 's',
    })
  })

  test('a source that found nothing counts only where none found anything', () => {
    const nothing = makeAnswer([], { source: 'empty', fetchedAt: 0, freshUntil: 1 })
    expect(freshness([nothing, answer('full', 50)], 100, 100).source).toBe('full')
    expect(freshness([nothing], 100, 100)).toEqual({ status: 'stale', ageSeconds: 0.1, source: 'empty' })
  })

  test('what shows anything of the mirror rests on it, and what only could have does not', () => {
    const answers = [answer('live', 990), answer('mirror', 0, Number.POSITIVE_INFINITY)]
    const of = (...shown: string[]) =>
      freshnessOf(
        { answers, failures: [] },
        shown.map((source) => ({ source })),
        1000,
        1000,
      )
    expect(of('live', 'mirror')).toEqual({ status: 'mirror', ageSeconds: 1, source: 'mirror' })
    expect(of('live')).toEqual({ status: 'fresh', ageSeconds: 0, source: 'live' })
    const nothing = { answers: [makeAnswer([], { source: 'mirror' })], failures: [] }
    expect(freshnessOf(nothing, [], 1000, 1000).status).toBe('mirror')
  })

  test('ages are given to a tenth of a second', () => {
    expect(freshness([answer('s', 0)], 149, 149).ageSeconds).toBe(0.1)
    expect(freshness([answer('s', 0)], 150, 150).ageSeconds).toBe(0.2)
  })

  test('an empty reply is none where a source is missing, and what it is where all answered', () => {
    const answers = [makeAnswer([], { source: 'empty', fetchedAt: 0, freshUntil: 1000 })]
    const failures = [{ source: 'down', error: new CuecardError('genesys.unavailable', 'Down') }]
    const of = (items: { source: string }[], missing: typeof failures) =>
      freshnessOf({ answers, failures: missing }, items, 100, 100).status
    expect([of([], failures), of([], []), of([{ source: 's' }], failures)]).toEqual([
      'none',
      'fresh',
      'fresh',
    ])
  })
})

describe('degradation', () => {
  const failure = (source: string, code: 'genesys.unavailable' | 'quota.exhausted', message: string) => ({
    source,
    error: new CuecardError(code, message),
  })
  const found = (failures: ReturnType<typeof failure>[], answers = [answer('s', 0)]) => ({
    answers,
    failures,
    atOnce: false,
  })

  test('everything answered and something is shown: none', () => {
    expect(degradationOf(found([]), 3, 2)).toBeNull()
  })

  test('the first failure gives the code, all are told, none of them ends twice', () => {
    const failures = [
      failure('a', 'quota.exhausted', 'No call left.'),
      failure('b', 'genesys.unavailable', 'Down'),
    ]
    expect(degradationOf(found(failures), 3, 0)).toEqual({
      code: 'quota.exhausted',
      message: 'a: No call left; b: Down',
    })
  })

  test('an empty list says why', () => {
    expect(degradationOf(found([]), 0, 0)?.code).toBe('nothing.found')
    expect(degradationOf(found([], []), 0, 0)?.code).toBe('nothing.asked')
    expect(degradationOf(found([]), 0, 1)).toEqual({
      code: 'nothing.eligible',
      message: '1 item was found, and none of them may be shown here and now',
    })
    expect(degradationOf(found([]), 0, 7)?.message).toMatch(/^7 items were found/)
  })
})
