// Plain text as HTML: a line is a paragraph, or an item of a list where it begins with a dash or a bullet. No markup of its own.

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export function htmlOfText(text: string): string {
  return text
    .split(/\n+/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.replace(/[&<>"]/g, (character) => entities[character] ?? ''))
    .map((line) => {
      const [, item] = /^\s*[-•]\s+(.*)$/.exec(line) ?? []
      return item === undefined ? `<p>${line}</p>` : `<ul><li>${item}</li></ul>`
    })
    .join('')
    .replaceAll('</ul><ul>', '')
}
