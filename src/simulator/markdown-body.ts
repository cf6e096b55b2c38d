// Turns an article's Markdown into the tree of blocks in which Genesys Knowledge keeps a document's body, and into plain text.

interface DocumentText {
  readonly text: string
  readonly marks?: readonly ['Bold'] | readonly ['Italic']
  readonly hyperlink?: string
}

interface TextBlock {
  readonly type: 'Text'
  readonly text: DocumentText
}

type ListType = 'OrderedList' | 'UnorderedList'

export type BodyBlock =
  | {
      readonly type: 'Paragraph'
      readonly paragraph: {
        readonly blocks: TextBlock[]
        readonly properties?: { readonly fontType: string }
      }
    }
  | {
      readonly type: ListType
      readonly list: { readonly blocks: { type: 'ListItem'; blocks: TextBlock[] }[] }
    }

/** Paragraphs, headings, lists (nested ones flattened), bold and italic text, and links; anything else stays as text. */
export function markdownBody(markdown: string): { blocks: BodyBlock[] } {
  const blocks: BodyBlock[] = []
  let open: string[] = []
  const endParagraph = () => {
    if (open.length > 0) blocks.push({ type: 'Paragraph', paragraph: { blocks: inline(open.join(' ')) } })
    open = []
  }
  for (const line of markdown.split(/\r?\n/)) {
    const item = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/.exec(line)
    const heading = /^(#{1,6})\s+(.*)$/.exec(line)
    if (item === null && heading === null && line.trim() !== '') {
      open.push(line.trim())
      continue
    }
    endParagraph()
    if (item !== null)
      appendItem(blocks, item[1] === undefined ? 'UnorderedList' : 'OrderedList', item[2] ?? '')
    if (heading !== null) {
      const properties = { fontType: `Heading${heading[1]?.length ?? 1}` }
      blocks.push({ type: 'Paragraph', paragraph: { blocks: inline(heading[2] ?? ''), properties } })
    }
  }
  endParagraph()
  return { blocks }
}

function appendItem(blocks: BodyBlock[], type: ListType, text: string): void {
  const item = { type: 'ListItem' as const, blocks: inline(text) }
  const last = blocks.at(-1)
  if (last?.type === type) last.list.blocks.push(item)
  else blocks.push({ type, list: { blocks: [item] } })
}

/** The text without its marks, blocks separated by spaces. */
export function plainText(markdown: string): string {
  const texts: string[] = []
  for (const block of markdownBody(markdown).blocks) {
    const lines =
      block.type === 'Paragraph' ? [block.paragraph.blocks] : block.list.blocks.map((item) => item.blocks)
    for (const line of lines) texts.push(line.map(({ text }) => text.text).join(''))
  }
  return texts.join(' ')
}

/** Bold, italic, or a link. */
const marked = /\*\*(.+?)\*\*|(?<![*\w])\*(?![*\s])([^*]+)(?<!\s)\*(?![*\w])|\[([^\]]+)\]\(([^)\s]+)\)/g

function inline(text: string): TextBlock[] {
  const blocks: TextBlock[] = []
  let end = 0
  const push = (part: DocumentText) => {
    if (part.text !== '') blocks.push({ type: 'Text', text: part })
  }
  for (const match of text.matchAll(marked)) {
    const [whole, bold, italic, linked = '', hyperlink = ''] = match
    push({ text: text.slice(end, match.index) })
    if (bold !== undefined) push({ text: bold, marks: ['Bold'] })
    else if (italic !== undefined) push({ text: italic, marks: ['Italic'] })
    else push({ text: linked, hyperlink })
    end = match.index + whole.length
  }
  push({ text: text.slice(end) })
  return blocks
}
