// A team's own articles: a JSONL file, a folder of Markdown.
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mirrorWorld, tempFolder } from './mirror-world.ts'

function folderWorld(files: Readonly<Record<string, string>>, language?: string) {
  const folder = tempFolder()
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const [path, text] of Object.entries(files)) write(path, text)
  const world = mirrorWorld({ sources: [{ folder, language }] })
  const find = (id: string) => world.records().find(({ article }) => article.id === id)
  return { ...world, folder, write, find }
}

describe('a folder of Markdown', () => {
  test('an article is what its front matter says', async () => {
    const front = `---
id: refund
title: Refunds
tags: [fees, 2024]
category: cards/fees
language: de-AT
labels: internal
contentType: procedure
availability: { start: "2026-03-01T00:00:00Z", end: "2026-04-01T00:00:00Z" }
isCompliant: true
author: ignored
version: 3
---
# Another heading

Text.
`
    const { sync, find } = folderWorld({ 'any/where.md': front })
    await sync()
    expect(find('refund')).toMatchObject({
      article: {
        title: 'Refunds',
        tags: ['fees', '2024'],
        category: 'cards/fees',
        contentType: 'procedure',
        availability: { start: '2026-03-01T00:00:00Z', end: '2026-04-01T00:00:00Z' },
        isCompliant: true,
        body: 'Text.',
      },
      language: 'de-AT',
      labels: ['internal'],
      version: '3',
    })
  })

  test('without one, its heading is its title, its path its category and id', async () => {
    const { sync, find } = folderWorld(
      {
        'cards/fees/Late fee.md': 'Intro.\n\n# Late *fee* #\n\n- [Refund](https://a.example/b) it',
        'plain.markdown': 'Just text',
      },
      'fr',
    )
    await sync()
    expect(find('cards/fees/Late fee')).toMatchObject({
      article: { title: 'Late fee', category: 'cards/fees', body: 'Intro.\n- Refund it' },
      language: 'fr',
      labels: [],
    })
    expect(find('plain')?.article).toMatchObject({ title: 'plain', category: '', body: 'Just text' })
  })

  test('a file that cannot be read is named, and costs the others nothing', async () => {
    const { sync, store, records } = folderWorld({
      'good.md': '# Good',
      'bad-yaml.md': '---\ntitle: [\n---\n',
      'bad-state.md': '---\nstate: Gone\n---\n# Title',
      'same.md': '---\nid: good\n---\n# Same id',
      'bomb.md': `---\n${Array.from({ length: 12 }, (_, i) => `a${i}: &a${i} [${i === 0 ? '1' : Array(9).fill(`*a${i - 1}`)}]`).join('\n')}\n---\n`,
      'huge.md': 'x'.repeat(1_000_001),
      '.hidden/secret.md': '# Secret',
      'note.txt': 'Text',
    })
    await sync()
    expect(records().map(({ article }) => article.id)).toEqual(['good'])
    expect(store.origins()[0]).toMatchObject({
      skipped: 5,
      problem: expect.stringContaining('5 files cannot be read'),
    })
  })

  test('links out of the folder are not followed', async () => {
    const elsewhere = tempFolder()
    writeFileSync(join(elsewhere, 'secret.md'), '# Secret')
    const { sync, folder, records } = folderWorld({ 'good.md': '# Good' })
    symlinkSync(join(elsewhere, 'secret.md'), join(folder, 'link.md'))
    symlinkSync(elsewhere, join(folder, 'folder'))
    await sync()
    expect(records().map(({ article }) => article.id)).toEqual(['good'])
  })

  test('is read again when a file was changed, added or removed; one that is gone keeps its copy', async () => {
    const { sync, write, folder, records, store } = folderWorld({ 'a.md': '# A', 'b.md': '# B' })
    await sync()
    const seq = () => store.changedAfter(0, 10).map(({ seq }) => seq)
    const before = seq()
    await sync()
    expect(seq()).toEqual(before)
    write('c.md', '# C')
    rmSync(join(folder, 'b.md'))
    write('a.md', '# A2')
    utimesSync(join(folder, 'a.md'), 1, 1)
    await sync()
    expect(
      records()
        .map(({ article }) => article.title)
        .sort(),
    ).toEqual(['A2', 'C'])
    rmSync(folder, { recursive: true })
    await sync()
    expect(records()).toHaveLength(2)
    expect(store.origins()[0]?.problem).toContain('there is no such file')
  })
})

describe('a JSONL file', () => {
  test('is taken as a whole or not at all, and the line at fault is named', async () => {
    const file = join(tempFolder(), 'own.jsonl')
    const line = (id: string) =>
      JSON.stringify({ id, title: `**Title** ${id}`, body: '# Head\n\nSome *text*.' })
    writeFileSync(file, `${line('a')}\n${line('b')}\n`)
    const world = mirrorWorld({ sources: [{ file }] })
    await world.sync()
    expect(world.records().map(({ article }) => article.body)).toEqual([
      'Head\nSome text.',
      'Head\nSome text.',
    ])
    writeFileSync(file, `${line('a')}\n{"id": "c"}\n`)
    await world.sync()
    expect(world.records().map(({ article }) => article.id)).toEqual(['a', 'b'])
    expect(world.store.origins()[0]?.problem).toContain('line 2')
    expect(world.count('knowledge-bases')).toBe(0)
  })

  test('that the configuration no longer names is forgotten', async () => {
    const folder = tempFolder()
    const [one, two] = ['one', 'two'].map((name) => {
      const file = join(folder, `${name}.jsonl`)
      writeFileSync(file, JSON.stringify({ id: name, title: name, body: 'Text' }))
      return { file }
    })
    const path = join(folder, 'mirror.db')
    if (one === undefined || two === undefined) throw new Error('There are two')
    await mirrorWorld({ sources: [one, two], path }).sync()
    const world = mirrorWorld({ sources: [two], path })
    await world.sync()
    expect(world.records().map(({ article }) => article.id)).toEqual(['two'])
    expect(world.store.origins()).toHaveLength(1)
  })
})
