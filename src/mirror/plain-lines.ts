// Text as the mirror keeps it: plain, safe, with its lines.

/** What is kept of a text at the most, in UTF-16 units: some twenty printed pages. */
export const longestBody = 50_000

/** Control characters, and what hides or turns text; a tab becomes a space. */
const unsafe = /[\p{Cc}\u202A-\u202E\u2066-\u2069\u200B\uFEFF]+/gu

/** Lines without control characters, runs of white space and empty lines; cut to {@link longestBody}. */
export function plainLines(text: string): string {
  const lines: string[] = []
  for (const line of text
    .slice(0, longestBody)
    .toWellFormed()
    .split(/[\r\n\u2028\u2029]+/)) {
    const plain = line.replace(/\t/g, ' ').replace(unsafe, '').replace(/\s+/g, ' ').trim()
    if (plain !== '') lines.push(plain)
  }
  return lines.join('\n')
}

/** One with an image in it is looked at twice. */
const link = /!?\[([^[\]\n]{0,500})\]\([^()\n]{0,2000}\)/g

/** The text of Markdown without its marks: headings, lists, emphasis, links, code, HTML tags. */
export function plainMarkdown(markdown: string): string {
  const text = markdown
    .slice(0, longestBody)
    .replace(/^ {0,3}(```|~~~).*$/gm, '')
    .replace(/^ {0,3}#{1,6}\s+/gm, '')
    .replace(/^\s*>\s?/gm, '')
    .replace(/^\s*(?:[-*+]|\d+[.)])\s+/gm, '- ')
    .replace(/^\s*\|?[\s:|-]{3,}\|?\s*$/gm, '')
    .replace(link, '$1')
    .replace(link, '$1')
    .replace(/<\/?[a-zA-Z][^<>\n]{0,500}>|<!--[^<>]{0,500}-->/g, '')
    .replace(/(\*\*|__|`)(?=\S)/g, '')
    .replace(/(?<=\S)(\*\*|__|`)/g, '')
    .replace(/(?<![\p{L}\p{N}])[*_](?=\S)|(?<=\S)[*_](?![\p{L}\p{N}])/gu, '')
  return plainLines(text)
}
