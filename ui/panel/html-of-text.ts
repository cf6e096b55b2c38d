// Plain text as HTML: each line a paragraph, and nothing of it markup.

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export function htmlOfText(text: string): string {
  return text
    .split(/\n+/)
    .filter((line) => line.trim() !== '')
    .map((line) => `<p>${line.replace(/[&<>"]/g, (character) => entities[character] ?? '')}</p>`)
    .join('')
}
