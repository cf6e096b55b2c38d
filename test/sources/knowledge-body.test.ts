// Bodies of knowledge documents: the text of every tree, and no harm from any.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { markdownBody } from '../../src/simulator/markdown-body.ts'
import { textOfBody } from '../../src/sources/knowledge-body.ts'
import { snippetLength } from '../../src/sources/safe-text.ts'

const text = (content: string) => ({ type: 'Text', text: { text: content, marks: ['Bold'] } })
const paragraph = (...contents: string[]) => ({
  type: 'Paragraph',
  paragraph: { blocks: contents.map(text) },
})
const list = (...items: unknown[][]) => ({
  type: 'UnorderedList',
  list: { blocks: items.map((blocks) => ({ type: 'ListItem', blocks })) },
})
const table = (...rows: unknown[][][]) => ({
  type: 'Table',
  table: { rows: rows.map((cells) => ({ cells: cells.map((blocks) => ({ blocks })) })) },
})

describe('the text', () => {
  test('paragraphs, lists within lists, tables; nothing runs into what comes before', () => {
    const body = {
      blocks: [
        paragraph('Block the ', 'card.'),
        list([text('Ask'), list([text('when')], [text('where')])], [text('Order')]),
        table([[text('Fee')], [paragraph('5 EUR')]], [[text('Limit')], [text('none')]]),
        paragraph('Done'),
      ],
    }
    expect(textOfBody(body)).toBe('Block the card. - Ask - when - where - Order Fee 5 EUR Limit none Done')
  })

  test('a link shows its text, not its address; images and videos nothing', () => {
    const body = {
      blocks: [
        {
          type: 'Paragraph',
          paragraph: { blocks: [{ type: 'Text', text: { text: 'policy', hyperlink: 'javascript:x' } }] },
        },
        { type: 'Image', image: { url: 'https://x', properties: { altText: 'secret' } } },
        { type: 'Video', video: { url: 'https://x' } },
      ],
    }
    expect(textOfBody(body)).toBe('policy')
  })

  test("the simulator's own bodies", () => {
    const body = markdownBody(
      '# Refund\nThe **late fee** of\nthe [policy](https://kb.example.com).\n\n1. Open\n2. Press',
    )
    expect(textOfBody(body)).toBe('Refund The late fee of the policy. - Open - Press')
  })

  test.each([
    [undefined],
    [null],
    [3],
    ['text'],
    [[]],
    [{}],
    [{ blocks: 'x' }],
    [{ blocks: [null, 1, 'x', []] }],
    [{ type: 'Text' }],
    [{ type: 'Text', text: null }],
    [{ type: 'Text', text: { text: 7 } }],
    [{ type: { toString: 1, valueOf: 1 } }],
    [{ blocks: [{ type: ['Text'], text: { text: 'x' } }] }],
  ])('%j holds none', (body) => {
    expect(textOfBody(body)).toBe('')
  })
})

describe('hostile trees', () => {
  test('a tree deeper than any editor makes ends early, a hundred thousand levels included', () => {
    let body: unknown = text('deep')
    for (let n = 0; n < 100_000; n++) body = { type: 'Paragraph', blocks: [body] }
    expect(textOfBody({ blocks: [paragraph('top'), body] })).toBe('top')
  })

  test('lists as deep as people nest them are read', () => {
    let body: unknown = text('deep')
    for (let n = 0; n < 8; n++) body = list([body])
    expect(textOfBody({ blocks: [body] })).toMatch(/deep$/)
  })

  test('a wide tree is read no further than a snippet reaches', () => {
    let read = 0
    const block = () => ({
      type: 'Text',
      get text() {
        read++
        return { text: 'word '.repeat(20) }
      },
    })
    const snippet = textOfBody({ blocks: Array.from({ length: 100_000 }, block) })
    expect(snippet.length).toBeLessThanOrEqual(snippetLength)
    expect(read).toBeLessThan(100)
  })

  test('no JSON whatever breaks it, or yields more than a line', () => {
    const key = fc.constantFrom(
      'type',
      'blocks',
      'text',
      'paragraph',
      'list',
      'table',
      'rows',
      'cells',
      'toString',
      '__proto__',
    )
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom<unknown>('Text', 'ListItem', 'Table', null, 1, true, 'free text\n'),
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(key, tie('node'), { maxKeys: 5 }),
        fc.record({ type: fc.constant('Text'), text: fc.record({ text: fc.string() }) }),
      ),
    }))
    fc.assert(
      fc.property(node, (body) => {
        const snippet = textOfBody(JSON.parse(JSON.stringify(body)))
        expect(snippet).not.toMatch(/\n|^\s|\s$/)
        expect(snippet.length).toBeLessThanOrEqual(snippetLength)
      }),
      { seed: 1, numRuns: 400 },
    )
  })
})
