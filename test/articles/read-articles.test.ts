// The JSONL reader: every line of a good file, and the number of the line at fault of a bad one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { readArticles, readConversations } from '../../src/articles/article.ts'
import { readJsonLines } from '../../src/articles/read-json-lines.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-articles-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function file(content: string | Uint8Array): string {
  const path = join(folder, `${++files}.jsonl`)
  writeFileSync(path, content)
  return path
}

const article = (id: string, more: object = {}) => JSON.stringify({ id, title: 'T', body: 'B', ...more })
const refusalOf = (reading: Promise<unknown>) =>
  reading.then(
    () => 'accepted',
    (error) => `${error.code} ${error.message}`,
  )

describe('good files', () => {
  test('id, title and body are enough; the rest has defaults; unknown fields are passed over', async () => {
    expect(await readArticles(file(article('a', { source: 'x' })))).toEqual([
      {
        id: 'a',
        title: 'T',
        body: 'B',
        tags: [],
        category: '',
        language: 'en',
        contentType: 'article',
        state: 'Published',
        isCompliant: false,
        labels: [],
        entityIds: [],
        version: 1,
      },
    ])
  })

  test.each([
    ['no newline at the end', `${article('a')}\n${article('b')}`],
    ['CRLF', `${article('a')}\r\n${article('b')}\r\n`],
    ['empty lines', `\n\n${article('a')}\n  \t\n\r\n${article('b')}\n\n`],
    ['a byte order mark', `\ufeff${article('a')}\n${article('b')}`],
  ])('%s', async (_name, content) => {
    expect((await readArticles(file(content))).map(({ id }) => id)).toEqual(['a', 'b'])
  })

  test('U+2028 and U+2029 within a string end no line', async () => {
    const body = 'one\u2028two\u2029three\u0085four'
    const [read] = await readArticles(file(article('a', { body })))
    expect(read?.body).toBe(body)
  })

  test('a line longer than any piece in which a file is read', async () => {
    const body = 'ä'.repeat(300_000)
    const read = await readArticles(file(`${article('a', { body })}\n${article('b')}`))
    expect(read.map((one) => one.body.length)).toEqual([300_000, 1])
  })

  test('whatever is written is read, with its line', async () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(value), { maxLength: 20 }), async (values) => {
        const path = file(values.map((text) => (text === null ? '' : JSON.stringify(text))).join('\n'))
        const read: unknown[] = []
        for await (const line of readJsonLines(path, z.string())) read.push(line)
        const expected = values.map((text, index) => ({ number: index + 1, value: text }))
        expect(read).toEqual(expected.filter((line) => line.value !== null))
      }),
      { seed: 1, numRuns: 40 },
    )
  })

  test('conversations', async () => {
    const line = JSON.stringify({ id: 'c', turns: [{ speaker: 'customer', text: 'hi' }] })
    expect(await readConversations(file(line))).toEqual([
      { id: 'c', turns: [{ speaker: 'customer', text: 'hi' }], events: [], tags: [], entityIds: [] },
    ])
  })
})

describe('bad files', () => {
  const good = article('good')
  test.each([
    ['{', 'not valid JSON'],
    ['{"id":"a"', 'not valid JSON'],
    ['[]', 'must be an object'],
    ['null', 'must be an object'],
    ['"text"', 'must be an object'],
    [article('a', { title: undefined }), 'title: is missing'],
    [article('a', { title: '' }), 'title: must not be empty'],
    [article(''), 'id: must not be empty'],
    [article('x'.repeat(257)), 'id: must have at most 256 characters'],
    [article('a', { id: 7 }), 'id: must be a string'],
    [article('a', { tags: 'fees' }), 'tags: must be a list'],
    [article('a', { tags: ['x', 7] }), 'tags[1]: must be a string'],
    [article('a', { language: 'en_US' }), 'language: must be a BCP 47 language tag, such as en or pt-BR'],
    [article('a', { state: 'Deleted' }), 'state: must be one of Published, Draft, Archived'],
    [article('a', { version: 0 }), 'version: must be at least 1'],
    [article('a', { version: 1.5 }), 'version: must be a whole number'],
    [
      article('a', { updatedAt: 'yesterday' }),
      'updatedAt: must be an ISO 8601 time with a zone, such as 2026-03-31T22:00:00Z',
    ],
    [
      article('a', { availability: { start: '2026-01-02T00:00:00Z', end: '2026-01-01T00:00:00Z' } }),
      'availability.end: must be after start',
    ],
    [article('a', { isCompliant: 'yes' }), 'isCompliant: must be true or false'],
  ])('%s: %s', async (line, problem) => {
    const path = file(`\n${good}\n\n${line}\n${good}`)
    expect(await refusalOf(readArticles(path))).toContain(`data.invalid ${path}, line 4: ${problem}`)
  })

  test('the first bad line counts', async () => {
    const path = file(`${good}\n{\n[`)
    expect(await refusalOf(readArticles(path))).toContain('line 2: not valid JSON')
  })

  test('an id that occurs twice is named with both lines', async () => {
    const path = file(`${article('a')}\n\n${article('b')}\n${article('a')}`)
    expect(await refusalOf(readArticles(path))).toBe(
      `data.invalid ${path}, line 4: the id "a" is that of line 1`,
    )
  })

  test.each(['', '\n \n', '\ufeff'])('nothing in it: %j', async (content) => {
    const path = file(content)
    expect(await refusalOf(readArticles(path))).toBe(`data.invalid ${path} holds no line`)
  })

  test('not there, or a folder', async () => {
    const missing = join(folder, 'missing.jsonl')
    expect(await refusalOf(readArticles(missing))).toMatch(
      /^data\.invalid The file .*missing\.jsonl cannot be read: there is no such file$/,
    )
    expect(await refusalOf(readConversations(folder))).toMatch(
      /^data\.invalid .* cannot be read: it is a folder$/,
    )
  })

  test('no text at all', async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, n) => (n * 7919) % 256)
    expect(await refusalOf(readArticles(file(bytes)))).toMatch(/^data\.invalid .*, line 1: not valid JSON/)
  })

  test('a turn at fault is named by its place', async () => {
    const turns = [
      { speaker: 'customer', text: 'hi' },
      { speaker: 'bot', text: 'x' },
    ]
    const path = file(JSON.stringify({ id: 'c', turns }))
    expect(await refusalOf(readConversations(path))).toBe(
      `data.invalid ${path}, line 1: turns[1].speaker: must be one of customer, agent`,
    )
  })
})
