// A card in whatever notation, in whatever field: nothing of it in the record, in insight, in a message or in a log line.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLogger } from '../../src/telemetry/logger.ts'
import { fakeService } from '../http/fake-parts.ts'
import { startRecorded } from '../ledger/start-recorded.ts'
import { only } from '../retrieval/start-cuecard.ts'
import { finds, findsCard } from './planted.ts'

/** Issuers' first digits and lengths, with the check digit of ISO/IEC 7812-1. */
const cardNumber = fc
  .constantFrom(
    ['4', 16],
    ['4', 13],
    ['51', 16],
    ['2221', 16],
    ['37', 15],
    ['6011', 16],
    ['6304', 19],
    ['36', 14],
  )
  .chain(([prefix, length]) =>
    fc
      .array(fc.nat(9), {
        minLength: Number(length) - String(prefix).length - 1,
        maxLength: Number(length) - String(prefix).length - 1,
      })
      .map((digits) => String(prefix) + digits.join('')),
  )
  .map((digits) => {
    const sum = [...digits].reverse().reduce((total, digit, index) => {
      const weighted = index % 2 === 0 ? 2 * Number(digit) : Number(digit)
      return total + (weighted > 9 ? weighted - 9 : weighted)
    }, 0)
    return digits + ((10 - (sum % 10)) % 10)
  })

const scripts = ['0', '٠', '०', '０', '۰'] as const

const written = fc
  .tuple(
    cardNumber,
    fc.constantFrom('', ' ', '-', ' - ', '\u00a0', '\u2009', '\u2011', '\u200b', '\u2013'),
    fc.constantFrom(...scripts),
    fc.constantFrom(4, 4, 4, 2, 1),
  )
  .map(([number, separator, zero, group]) => {
    const digits = [...number].map((digit) =>
      String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit)),
    )
    return digits.reduce(
      (text, digit, at) => text + (at > 0 && at % group === 0 ? separator : '') + digit,
      '',
    )
  })

const around = fc.constantFrom('', 'card ', 'it is: ', 'é😀 ', '(', 'no.')
const policy = fc.constantFrom('POLICY-1', 'POLICY-99887766')

test('no card and no configured pattern gets past the record, whichever field it came in', async () => {
  const { cuecard, settled } = await startRecorded({
    config: { auditLog: { maskPatterns: ['POLICY-[0-9]+'] }, sources: only('knowledge-search') },
  })
  const { post } = fakeService(
    {},
    {
      retrieve: (request, options) => cuecard.retrieve(request as never, options),
      updateContext: (id, update, options) => cuecard.updateContext(id, update as object, options),
      recordAdoption: (id, event, options) => cuecard.recordAdoption(id, event as never, options),
      recordRefusal: (refusal) => cuecard.recordRefusal(refusal),
    },
  )
  const logged: string[] = []
  const logger = createLogger({
    level: 'trace',
    maskPatterns: ['POLICY-[0-9]+'],
    to: { write: (line: string) => void logged.push(line) },
  })
  const said: { card: string; number: string }[] = []
  await fc.assert(
    fc.asyncProperty(written, around, policy, async (card, before, number) => {
      const text = `${before}${card} ${number}`.trim()
      const id = `${said.push({ card, number })} ${text}`
      await settled(cuecard.updateContext(id, { tags: [text], queueId: text, utterance: text }))
      const question = {
        interactionId: id,
        agentId: text,
        query: `late fee ${text}`,
        entityIds: [text],
        contextTags: [text],
      }
      const reply = await settled(post('/v1/retrievals', question))
      const { retrievalId, items } = JSON.parse(reply.body)
      const events = `/v1/retrievals/${retrievalId}/events`
      const keyed = (key: string) => ({
        authorization: 'Bearer service',
        'idempotency-key': `${key}${said.length}`,
      })
      const dismissed = { type: 'dismissed', contentId: items[0].contentId, reason: text }
      expect(await settled(post(events, dismissed, keyed('a')))).toMatchObject({ statusCode: 201 })
      expect(await settled(post(events, { type: 'unresolved', wrapUpCode: text }, keyed('b')))).toMatchObject(
        {
          statusCode: 201,
        },
      )
      await settled(post('/v1/retrievals', question, { authorization: 'Bearer agent:other' }))
      logger.info({ note: text, list: [text], [text]: 1, err: new Error(text) }, `It was ${text}`)
    }),
    { numRuns: 60 },
  )
  const lines: string[] = []
  const reading = (async () => {
    for await (const line of cuecard.audit?.export({}, 'test') ?? []) lines.push(line)
  })()
  await settled(reading)
  const insights = [
    await settled(cuecard.insights?.gaps({ limit: 200 }) ?? Promise.reject()),
    await settled(cuecard.insights?.adoption({ by: 'queue' }) ?? Promise.reject()),
  ]
  await cuecard.close()
  const place = Buffer.from(JSON.stringify([lines, insights, logged]))
  expect(lines.length).toBeGreaterThan(3 * said.length)
  const shown = said.filter(({ card, number }) => findsCard(place, card) || finds(place, number))
  expect(shown).toEqual([])
}, 60_000)
