// The small pure parts of the panel: marking, chords, reasons, sentences, times, the stream's form, the sign-in's checks.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chordOf, commandOf, defaultChords, withOwnChords } from '../../ui/panel/chords.ts'
import { markText } from '../../ui/panel/marked-text.ts'
import { messages } from '../../ui/panel/messages.ts'
import { barsOf } from '../../ui/panel/reasons.ts'
import { EventParser } from '../../ui/shared/event-stream.ts'
import { chooseLanguage, duration, languages, timeAgo } from '../../ui/shared/locale.ts'
import { acceptedCode, challengeOf } from '../../ui/shared/pkce.ts'

const marked = (text: string, words: string, language = 'en') =>
  markText(text, words, language).flatMap(({ text, isMarked }) => (isMarked ? [text] : []))

test('words are marked whatever their case, accent or ending, and no others', () => {
  expect(marked('Late fees: a fee is due', 'the FEE')).toEqual(['fees', 'fee'])
  expect(marked('Café carpet', 'cafe car')).toEqual(['Café'])
  expect(marked('カードを紛失した', 'カード', 'ja')).toEqual(['カード'])
})

test('the parts of a text are the text', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, words) => {
      expect(
        markText(text, words)
          .map(({ text }) => text)
          .join(''),
      ).toBe(text)
    }),
  )
})

const press = (key: string, held: Partial<Parameters<typeof chordOf>[0]> = {}) => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  shiftKey: false,
  ...held,
})

test('chords name what is held, and a chord that is taken is not set', () => {
  expect(chordOf(press('K', { altKey: true, shiftKey: true }))).toBe('Alt+Shift+k')
  expect(chordOf(press('?', { shiftKey: true }))).toBe('?')
  expect(commandOf(press('c', { ctrlKey: true }), defaultChords)).toBe(undefined)
  const own = withOwnChords({ next: 'Alt+n', copy: 'x', pin: 7 })
  expect([own.next, own.copy, own.pin]).toEqual(['Alt+n', 'c', 'p'])
  expect(commandOf(press('n', { altKey: true }), own)).toBe('next')
})

test('features that say the same are one bar, the strongest first', () => {
  const term = (feature: string, contribution: number) => ({
    feature,
    value: 1,
    weight: contribution,
    contribution,
  })
  expect(barsOf([term('openText', 0.5), term('text', 0.5), term('age', -2), term('compliance', 0)])).toEqual([
    { label: 'rAge', contribution: -2, share: 1 },
    { label: 'rMatch', contribution: 1, share: 0.5 },
  ])
  expect(barsOf([])).toEqual([])
})

test('each language has every sentence, with the same gaps', () => {
  const gaps = (sentence: string) => (sentence.match(/\{\w+\}/g) ?? []).sort()
  for (const language of languages)
    for (const [key, sentence] of Object.entries(messages.en))
      expect(gaps(messages[language][key as keyof typeof messages.en]), `${language} ${key}`).toEqual(
        gaps(sentence),
      )
})

test('times and languages are told as people say them', () => {
  const day = 86_400_000
  expect(timeAgo('en', 0, 3 * day)).toBe('3 days ago')
  expect(timeAgo('de', 0, 1)).toBe('jetzt')
  expect(timeAgo('en', 3000, 0)).toBe('now')
  expect([duration('en', 40), duration('en', 600)]).toEqual(['40 sec', '10 min'])
  expect([chooseLanguage(['pt-BR', 'de_CH']), chooseLanguage([null, 'xx'])]).toEqual(['de', 'en'])
})

test('a stream reads the same however it is cut', () => {
  const text = 'retry: 2000\n\nid: e-1\nevent: retrieval\r\ndata: {"a":1}\n\n:\n\ndata: x\ndata: y\n\n'
  const events = [
    { id: 'e-1', event: 'retrieval', data: '{"a":1}' },
    { id: 'e-1', event: ':', data: '' },
    { id: 'e-1', event: 'message', data: 'x\ny' },
  ]
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const parser = new EventParser()
      const places = [0, ...cuts.sort((a, b) => a - b), text.length]
      const read = places.slice(1).flatMap((end, at) => parser.push(text.slice(places[at], end)))
      expect(read).toEqual(events)
    }),
  )
})

test('the challenge is that of RFC 7636, appendix B', async () => {
  expect(await challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  )
})

test('a code is taken from our own origin with our own state, and from nowhere else', () => {
  const expected = { origin: 'https://cuecard.example', state: 's-1' }
  const data = { kind: 'cuecard.signed-in', state: 's-1', code: 'c-1', error: null }
  expect(acceptedCode({ origin: expected.origin, data }, expected)).toEqual({ code: 'c-1' })
  expect(acceptedCode({ origin: 'https://evil.example', data }, expected)).toBe(null)
  expect(acceptedCode({ origin: expected.origin, data: { ...data, state: 's-2' } }, expected)).toEqual({
    error: 'the answer belongs to another sign-in',
  })
  expect(acceptedCode({ origin: expected.origin, data: 'hello' }, expected)).toBe(null)
  expect(
    acceptedCode({ origin: expected.origin, data: { ...data, code: null, error: 'denied' } }, expected),
  ).toEqual({
    error: 'denied',
  })
})
