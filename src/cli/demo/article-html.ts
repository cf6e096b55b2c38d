// A sample article as the HTML that a knowledge base would give: paragraphs, lists, bold and italic text.
import { type BodyBlock, markdownBody } from '../../simulator/markdown-body.ts'

/** Everything that is no markup of ours is escaped. */
export function articleHtml(markdown: string): string {
  return markdownBody(markdown)
    .blocks.map((block) => {
      if (block.type === 'Paragraph') return `<p>${inlineHtml(block.paragraph.blocks)}</p>`
      const tag = block.type === 'OrderedList' ? 'ol' : 'ul'
      const items = block.list.blocks.map((item) => `<li>${inlineHtml(item.blocks)}</li>`)
      return `<${tag}>${items.join('')}</${tag}>`
    })
    .join('')
}

type Inline = Extract<BodyBlock, { type: 'Paragraph' }>['paragraph']['blocks']

function inlineHtml(blocks: Inline): string {
  return blocks
    .map(({ text: { text, marks = [] } }) => {
      const [mark] = marks
      const tag = mark === 'Bold' ? 'strong' : 'em'
      return mark === undefined ? escaped(text) : `<${tag}>${escaped(text)}</${tag}>`
    })
    .join('')
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? '')
}
