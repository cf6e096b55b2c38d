// Requests: what is accepted, in which form, and the one sentence for everything else.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CuecardError } from '../../src/errors.ts'
import { parseRetrievalRequest } from '../../src/retrieval/retrieval-request.ts'

const good = { interactionId: 'i-1', agentId: 'a-1', query: 'lost card' }
const window = { start: '2026-03-01T00:00:00Z', end: '2026-04-01T00:00:00Z' }
const inWindow = (more: object) => ({ ...good, filters: { availabilityWindow: { ...window, ...more } } })

function refusalOf(input: unknown): CuecardError {
  try {
    parseRetrievalRequest(input)
  } catch (error) {
    if (error instanceof CuecardError) return error
    throw error
  }
  throw new Error(`accepted: ${JSON.stringify(input)}`)
}

const textLength = (max: number) => `must have 1 to ${max} characters`
const noTime = 'must be an ISO 8601 time with a zone, such as 2026-03-31T22:00:00Z'
const entries = (max: number) =>
  `must have 1 to ${max} entries; leave it out instead of sending an empty list`
const wholeNumber = 'must be a whole number from 1 to 50'
const noTag = 'must be a BCP 47 language tag, such as en-US'
const control = 'must not hold control characters'

const refused: [unknown, field: string, problem: string][] = [
  [{ agentId: 'a' }, 'interactionId', 'is missing'],
  [{ ...good, interactionId: null }, 'interactionId', 'must be a string'],
  [{ ...good, interactionId: '' }, 'interactionId', textLength(128)],
  [{ ...good, interactionId: '   ' }, 'interactionId', textLength(128)],
  [{ ...good, interactionId: 'x'.repeat(129) }, 'interactionId', textLength(128)],
  [{ ...good, interactionId: 'a\nb' }, 'interactionId', control],
  [{ ...good, agentId: undefined }, 'agentId', 'is missing'],
  [{ ...good, agentId: 7 }, 'agentId', 'must be a string'],
  [{ ...good, agentId: 'x'.repeat(129) }, 'agentId', textLength(128)],
  [{ ...good, agentId: 'a\u009f' }, 'agentId', control],
  [{ ...good, entityIds: [] }, 'entityIds', entries(50)],
  [{ ...good, entityIds: Array.from({ length: 51 }, (_, i) => `e${i}`) }, 'entityIds', entries(50)],
  [{ ...good, entityIds: 'card' }, 'entityIds', 'must be a list of strings'],
  [{ ...good, entityIds: null }, 'entityIds', 'must be a list of strings'],
  [{ ...good, entityIds: { 0: 'card', length: 1 } }, 'entityIds', 'must be a list of strings'],
  [{ ...good, entityIds: new Set(['card']) }, 'entityIds', 'must be a list of strings'],
  [{ ...good, entityIds: ['card', 1] }, 'entityIds[1]', 'must be a string'],
  [{ ...good, entityIds: ['card', undefined] }, 'entityIds[1]', 'is missing'],
  [{ ...good, entityIds: new Array(2) }, 'entityIds[0]', 'is missing'],
  [{ ...good, entityIds: ['x'.repeat(257)] }, 'entityIds[0]', textLength(256)],
  [{ ...good, entityIds: [' '] }, 'entityIds[0]', textLength(256)],
  [{ ...good, entityIds: ['a', 'b\u0000'] }, 'entityIds[1]', control],
  [{ ...good, query: 'ab' }, 'query', 'must have 3 to 2000 characters'],
  [{ ...good, query: ' ab ' }, 'query', 'must have 3 to 2000 characters'],
  [{ ...good, query: 'x'.repeat(2001) }, 'query', 'must have 3 to 2000 characters'],
  [{ ...good, query: 'lost\tcard' }, 'query', control],
  [{ ...good, query: 'lost \ud800card' }, 'query', 'must be well-formed Unicode'],
  [{ ...good, query: 'lost card\udc00' }, 'query', 'must be well-formed Unicode'],
  [{ ...good, query: ['lost card'] }, 'query', 'must be a string'],
  [{ ...good, contextTags: [] }, 'contextTags', entries(50)],
  [{ ...good, contextTags: Array(51).fill('t') }, 'contextTags', entries(50)],
  [{ ...good, contextTags: ['x'.repeat(129)] }, 'contextTags[0]', textLength(128)],
  [{ ...good, language: 'en_US' }, 'language', noTag],
  [{ ...good, language: '' }, 'language', noTag],
  [{ ...good, language: 'e' }, 'language', noTag],
  [{ ...good, language: 'en-' }, 'language', noTag],
  [{ ...good, language: 'en US' }, 'language', noTag],
  [{ ...good, language: 'en-x-abcdefghi' }, 'language', noTag],
  [{ ...good, language: `en-x${'-abcdefgh'.repeat(9)}` }, 'language', 'must have at most 35 characters'],
  [{ ...good, language: 5 }, 'language', 'must be a string'],
  [{ ...good, maxResults: 0 }, 'maxResults', wholeNumber],
  [{ ...good, maxResults: 51 }, 'maxResults', wholeNumber],
  [{ ...good, maxResults: -0 }, 'maxResults', wholeNumber],
  [{ ...good, maxResults: 2.5 }, 'maxResults', wholeNumber],
  [{ ...good, maxResults: Number.NaN }, 'maxResults', wholeNumber],
  [{ ...good, maxResults: Number.POSITIVE_INFINITY }, 'maxResults', wholeNumber],
  [{ ...good, maxResults: '10' }, 'maxResults', wholeNumber],
  [{ ...good, maxResults: 10n }, 'maxResults', wholeNumber],
  [{ ...good, maxResults: null }, 'maxResults', wholeNumber],
  [{ ...good, boostCompliance: 'true' }, 'boostCompliance', 'must be true or false'],
  [{ ...good, boostCompliance: 1 }, 'boostCompliance', 'must be true or false'],
  [{ ...good, boostCompliance: null }, 'boostCompliance', 'must be true or false'],
  [{ ...good, filters: [] }, 'filters', 'must be an object'],
  [{ ...good, filters: null }, 'filters', 'must be an object'],
  [{ ...good, filters: { contentTypes: [] } }, 'filters.contentTypes', entries(20)],
  [{ ...good, filters: { contentTypes: Array(21).fill('a') } }, 'filters.contentTypes', entries(20)],
  [{ ...good, filters: { contentTypes: ['a', 'x'.repeat(65)] } }, 'filters.contentTypes[1]', textLength(64)],
  [
    { ...good, filters: { minRelevanceScore: 1.01 } },
    'filters.minRelevanceScore',
    'must be a number from 0 to 1',
  ],
  [
    { ...good, filters: { minRelevanceScore: -Number.MIN_VALUE } },
    'filters.minRelevanceScore',
    'must be a number from 0 to 1',
  ],
  [
    { ...good, filters: { minRelevanceScore: Number.NaN } },
    'filters.minRelevanceScore',
    'must be a number from 0 to 1',
  ],
  [
    { ...good, filters: { minRelevanceScore: '0.5' } },
    'filters.minRelevanceScore',
    'must be a number from 0 to 1',
  ],
  [
    { ...good, filters: { availabilityWindow: 'now' } },
    'filters.availabilityWindow',
    'must have a start and an end',
  ],
  [inWindow({ end: undefined }), 'filters.availabilityWindow.end', 'is missing'],
  [inWindow({ start: window.end }), 'filters.availabilityWindow.end', 'must be after start'],
  [
    inWindow({ start: window.end, end: window.start }),
    'filters.availabilityWindow.end',
    'must be after start',
  ],
  [
    inWindow({ start: '2026-04-01T01:00:00+02:00', end: '2026-03-31T23:00:00Z' }),
    'filters.availabilityWindow.end',
    'must be after start',
  ],
  ...[
    '2026-03-01',
    '2026-03-01T00:00:00',
    '01/03/2026',
    'tomorrow',
    '',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-03-01T25:00:00Z',
    '2026-03-01T00:00:00+99:00',
    '2026-03-01T00:00:00Z\n',
    '1772323200000',
  ].map((start): [unknown, string, string] => [
    inWindow({ start }),
    'filters.availabilityWindow.start',
    noTime,
  ]),
  [inWindow({ start: 1772323200000 }), 'filters.availabilityWindow.start', 'must be an ISO 8601 time'],
  [inWindow({ start: new Date(0) }), 'filters.availabilityWindow.start', 'must be an ISO 8601 time'],
  // Unknown keys, by name, wherever they are.
  [{ ...good, channel: 'voice' }, 'channel', 'unknown key'],
  [{ ...good, channel: undefined }, 'channel', 'unknown key'],
  [{ ...good, Query: 'x' }, 'Query', 'unknown key'],
  [{ ...good, filters: { minScore: 1 } }, 'filters.minScore', 'unknown key'],
  [inWindow({ zone: 'CET' }), 'filters.availabilityWindow.zone', 'unknown key'],
  [{ ...good, '': 1 }, '""', 'unknown key'],
  [{ ...good, 'a\nb': 1 }, '"a\\nb"', 'unknown key'],
  [
    JSON.parse('{"interactionId":"i","agentId":"a","query":"abc","__proto__":{"x":1}}'),
    '__proto__',
    'unknown key',
  ],
  [{ ...good, constructor: 1 }, 'constructor', 'unknown key'],
  [{ ...good, filters: JSON.parse('{"__proto__":1}') }, 'filters.__proto__', 'unknown key'],
  [Object.create({ ...good, admin: true }), 'admin', 'unknown key'],
]

describe('what is refused', () => {
  test.each(refused.map(([input, field, problem]) => [field, problem, input] as const))(
    '%s %s: %o',
    (field, problem, input) => {
      const { code, message, details } = refusalOf(input)
      expect({ code, message, details }).toEqual({
        code: 'request.invalid',
        message: `${field}: ${problem}`,
        details: { field },
      })
    },
  )

  test.each([[null], [undefined], [3], ['x'], [true], [[]], [Object.assign([], good)], [() => good]])(
    'no object: %s',
    (input) => {
      expect(refusalOf(input).message).toBe('The request must be an object')
      expect(refusalOf(input).details).toEqual({})
    },
  )

  test('a key of a megabyte makes no message of a megabyte', () => {
    expect(refusalOf({ ...good, ['k'.repeat(1e6)]: 1 }).message.length).toBeLessThan(100)
  })

  test("never in zod's words, whatever is sent", () => {
    const anything = fc.record(
      Object.fromEntries(
        ['interactionId', 'agentId', 'entityIds', 'query', 'contextTags', 'language', 'filters', 'other'].map(
          (key) => [key, fc.anything()],
        ),
      ),
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(anything, (input) => {
        const { message } = refusalOf({ ...input, agentId: 1 })
        expect(message).not.toMatch(/Invalid|Too (big|small)|expected|received|Unrecognized|undefined|\n/)
      }),
      { seed: 1, numRuns: 150 },
    )
  })
})

describe('the canonical form', () => {
  test('lists are sets; texts are trimmed and in NFC; the language is canonical; times are numbers', () => {
    const parsed = parseRetrievalRequest({
      interactionId: ' i-1 ',
      agentId: 'Jose\u0301',
      entityIds: ['b', 'a', 'b ', 'cafe\u0301', 'caf\u00e9'],
      contextTags: ['z', 'Z', 'z'],
      query: '  lost card ',
      language: 'EN-latn-us',
      filters: { ...inWindow({}).filters, contentTypes: ['b', 'a'], minRelevanceScore: 1 },
    })
    expect(parsed).toEqual({
      interactionId: 'i-1',
      agentId: 'Jos\u00e9',
      entityIds: ['a', 'b', 'caf\u00e9'],
      contextTags: ['Z', 'z'],
      query: 'lost card',
      language: 'en-Latn-US',
      filters: {
        availabilityWindow: { start: Date.parse(window.start), end: Date.parse(window.end) },
        contentTypes: ['a', 'b'],
        minRelevanceScore: 1,
      },
    })
  })

  test.each(['2026-03-01T00:00Z', '2026-03-01T00:00:00.123456789Z', '2026-03-01T02:00:00+02:00'])(
    '%s is an ISO 8601 time',
    (start) => {
      const { filters } = parseRetrievalRequest(inWindow({ start }))
      expect(filters?.availabilityWindow?.start).toBe(Date.parse(start))
    },
  )

  test('limits are inclusive', () => {
    const longest = {
      interactionId: 'x'.repeat(128),
      agentId: 'y'.repeat(128),
      entityIds: Array.from({ length: 50 }, (_, i) => `${i}`.padStart(256, '0')),
      query: 'z'.repeat(2000),
      maxResults: 50,
    }
    expect(parseRetrievalRequest(longest)).toEqual(longest)
    expect(parseRetrievalRequest({ ...good, query: 'abc', maxResults: 1 }).maxResults).toBe(1)
  })

  test('it shares nothing with what the caller holds', () => {
    const request = { ...good, entityIds: ['a', 'b'], contextTags: ['t'] }
    const parsed = parseRetrievalRequest(request)
    request.entityIds[0] = 'secret'
    request.contextTags.push('more')
    expect(parsed).toMatchObject({ entityIds: ['a', 'b'], contextTags: ['t'] })
  })

  test('a key that a class defines counts, though it is not enumerable', () => {
    class Request {
      interactionId = 'i-1'
      agentId = 'a-1'
      query = 'lost card'
      get filters() {
        return { minRelevanceScore: 0.9 }
      }
      get language() {
        return 'de'
      }
    }
    expect(parseRetrievalRequest(new Request())).toMatchObject({
      filters: { minRelevanceScore: 0.9 },
      language: 'de',
    })
  })

  // Most parts are good ones: a request is only as good as all of them.
  const mostly = <T>(good: fc.Arbitrary<T>, ...others: fc.Arbitrary<unknown>[]) =>
    fc.oneof({ weight: 6 * others.length, arbitrary: good }, ...others)
  const text = mostly(
    fc.stringMatching(/^[!-~]([ -~]{0,4}[!-~])?$/),
    fc.string({ maxLength: 6 }),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom(
      '',
      ' ',
      ' a',
      'a ',
      'e\u0301',
      '\u00e9',
      'x'.repeat(129),
      'x'.repeat(257),
      '\u00a0',
      '\t',
    ),
  )
  const list = mostly(
    fc
      .uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 5 })
      .map((items) => items.sort()),
    fc.array(text, { maxLength: 4 }),
    fc.constantFrom<unknown>(null, 'a', {}, Array(51).fill('a')),
  )
  const requests = fc.record(
    {
      interactionId: text,
      agentId: text,
      entityIds: list,
      contextTags: list,
      query: mostly(
        fc.constantFrom('abc', 'lost card'),
        text,
        fc.constantFrom('ab', 'x'.repeat(2000), 'x'.repeat(2001)),
      ),
      maxResults: mostly(
        fc.integer({ min: 1, max: 50 }),
        fc.double(),
        fc.constantFrom<unknown>('1', null, 0, 51),
      ),
      boostCompliance: mostly(fc.boolean(), fc.constantFrom<unknown>(0, undefined)),
    },
    { requiredKeys: ['interactionId', 'agentId'] },
  )
  const outcome = (input: unknown) => {
    try {
      return { parsed: parseRetrievalRequest(input) }
    } catch (error) {
      return { refused: (error as CuecardError).message }
    }
  }

  test('the fast way and the schema agree on every request', () => {
    let fast = 0
    fc.assert(
      fc.property(requests, (request) => {
        // A key that the fast way does not know, without a value, sends the same request to the schema.
        const slow = outcome({ ...request, filters: undefined })
        const quick = outcome(request)
        expect(quick).toEqual(slow)
        if ('parsed' in quick) fast++
      }),
      { seed: 7, numRuns: 1500 },
    )
    expect(fast).toBeGreaterThan(400)
  })

  test('parsing what was parsed changes nothing', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const once = outcome(request)
        if ('parsed' in once) expect(parseRetrievalRequest(once.parsed)).toEqual(once.parsed)
      }),
      { seed: 8, numRuns: 500 },
    )
  })
})
