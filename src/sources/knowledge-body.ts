// The body of a knowledge document is a tree of blocks; a card shows its text.
import { snippetLength, snippetOf } from './safe-text.ts'

/** Deeper than any editor makes them: nested lists and tables in hostile or broken documents end here. */
const maxDepth = 128

/** The text of a body, cut to a snippet. */
export function textOfBody(body: unknown): string {
  return snippetOf(linesOfBody(body, 4 * snippetLength))
}

/**
 * The text of a body (`DocumentBody` and its blocks in the Genesys definition), a line for each block, list items with
 * a dash before them; little more than `max` UTF-16 units of it. Anything that is not text, or not of the expected
 * form, is passed over.
 */
export function linesOfBody(body: unknown, max: number): string {
  const parts: string[] = []
  let length = 0
  const visit = (node: unknown, depth: number, ofCells: boolean): void => {
    if (depth > maxDepth || length > max || typeof node !== 'object' || node === null) return
    if (Array.isArray(node)) {
      for (const child of node) {
        // Cells have no type, and the text of one must not run into that of the next.
        if (ofCells) parts.push(' ')
        visit(child, depth + 1, false)
      }
      return
    }
    const block = node as Record<string, unknown>
    const text = block.type === 'Text' ? (block.text as { text?: unknown } | undefined)?.text : undefined
    if (typeof text === 'string') {
      parts.push(text)
      length += text.length
      return
    }
    const separator = typeof block.type === 'string' ? separators.get(block.type) : undefined
    if (separator !== undefined) parts.push(separator)
    for (const child of children) visit(block[child], depth + 1, child === 'cells')
  }
  visit(body, 0, false)
  return parts.join('').trim()
}

const children = ['blocks', 'paragraph', 'list', 'table', 'rows', 'cells'] as const

/** What stands before a block of this type: its text must not run into the one before. */
const separators: ReadonlyMap<string, string> = new Map([
  ['Paragraph', '\n'],
  ['ListItem', '\n- '],
  ['Table', '\n'],
])
