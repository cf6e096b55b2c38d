// The sync against the simulator: whatever happened there, and wherever it was interrupted, the copy becomes the same.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Article } from '../../src/articles/article.ts'
import { article } from '../simulator/sample-organisation.ts'
import { essence, hours, minutes, mirrorWorld } from './mirror-world.ts'

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => article(`a-${index}`, `Title ${index}`, `Text ${index}.`))

/** What people do to the articles between two syncs. */
type Act =
  | {
      readonly do: 'create' | 'edit' | 'label' | 'archive' | 'unpublish' | 'publish' | 'delete'
      readonly id: number
    }
  | { readonly do: 'wait'; readonly minutes: number }
  | { readonly do: 'sync'; readonly pages: number }

const acts = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constantFrom('create', 'edit', 'label', 'archive', 'unpublish', 'publish', 'delete'),
      id: fc.nat(11),
    }),
    fc.record({ do: fc.constant('wait'), minutes: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ do: fc.constant('sync'), pages: fc.oneof(fc.nat(4), fc.constant(1000)) }),
  ),
  { maxLength: 25 },
) as fc.Arbitrary<Act[]>

function changed(articles: readonly Article[], act: Act, now: number): Article[] {
  if (act.do === 'wait' || act.do === 'sync') return [...articles]
  const id = `a-${act.id}`
  const before = articles.find((one) => one.id === id)
  const others = articles.filter((one) => one.id !== id)
  const updatedAt = new Date(now).toISOString()
  if (act.do === 'create' && before === undefined)
    return [...articles, article(id, `New ${id}`, `Written at ${now}.`, { updatedAt })]
  if (before === undefined || act.do === 'create') return [...articles]
  const edited = { ...before, version: before.version + 1, updatedAt }
  switch (act.do) {
    case 'delete':
      return others
    case 'edit':
      return [
        ...others,
        { ...edited, title: `Edited ${now}`, body: `Edited at ${now}.`, category: `c/${now % 3}` },
      ]
    // Labels and categories are renamed without a new version.
    case 'label':
      return articles.map((one) => (one.id === id ? { ...one, labels: [`label ${now % 5}`] } : one))
    default: {
      const state = act.do === 'archive' ? 'Archived' : act.do === 'publish' ? 'Published' : 'Draft'
      return articles.map((one) => (one.id === id ? { ...edited, state } : one))
    }
  }
}

describe.each([true, false])('where documents are listed with their texts: %s', (variationsInListing) => {
  test('whatever was edited, wherever syncs were cut off, the last one gives the published articles', async () => {
    await fc.assert(
      fc.asyncProperty(acts, fc.boolean(), async (script, full) => {
        let articles = many(8)
        const world = mirrorWorld({ simulator: { articles, variationsInListing } })
        const { clock, simulator, sync, mirror, records, store } = world
        for (const act of script) {
          if (act.do === 'wait') await clock.advance(act.minutes * minutes)
          else if (act.do === 'sync') await cutOff(sync, act.pages)
          else {
            articles = changed(articles, act, clock.wallTime())
            simulator.setArticles(articles)
          }
          await mirror.follow()
        }
        await clock.advance(16 * minutes)
        await sync({ full })
        await mirror.follow()
        const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
        const published = articles.filter(({ state }) => state === 'Published').sort(byId)
        const kept = records()
          .map(({ article }) => article)
          .sort(byId)
        expect(kept.map(essence)).toEqual(published.map(essence))
        expect(kept.map(({ labels }) => labels)).toEqual(published.map(({ labels }) => labels))
        expect([...mirror.index.articles()].sort(byId)).toEqual(kept)
        expect(mirror.size).toBe(kept.length)
        store.close()
      }),
      { numRuns: 30 },
    )
  }, 30_000)
})

/** A sync that is killed after some pages; all of them where there are fewer. */
async function cutOff(sync: ReturnType<typeof mirrorWorld>['sync'], pages: number): Promise<void> {
  const killer = new AbortController()
  let seen = 0
  if (pages === 0) killer.abort()
  await sync({
    signal: killer.signal,
    onProgress: () => {
      if (++seen >= pages) killer.abort()
    },
  }).catch((error: unknown) => expect(error).toMatchObject({ code: 'aborted' }))
}

describe('calls', () => {
  test('a full sync is a call a page; a later one asks for what was edited, and lists the ids now and then', async () => {
    const world = mirrorWorld({ simulator: { articles: many(10) }, pageSize: 4 })
    await world.sync()
    expect(world.count('knowledge-documents')).toBe(3)
    await world.clock.advance(5 * minutes)
    await world.sync()
    expect(world.count('knowledge-documents')).toBe(4)
    await world.clock.advance(10 * minutes)
    await world.sync()
    expect(world.count('knowledge-documents')).toBe(4 + 1 + 3)
    await world.clock.advance(24 * hours)
    await world.sync()
    expect(world.count('knowledge-documents')).toBe(8 + 3)
    expect(world.count('knowledge-document')).toBe(0)
  })

  test('a sync that was cut off goes on where it was', async () => {
    const world = mirrorWorld({ simulator: { articles: many(10) }, pageSize: 2 })
    await cutOff(world.sync, 3)
    const before = world.count('knowledge-documents')
    await world.sync()
    // The two pages left, and a look at what was edited meanwhile.
    expect(world.count('knowledge-documents') - before).toBe(2 + 1)
    expect(world.records()).toHaveLength(10)
  })

  test('where texts are not listed, only those of new and edited documents are fetched', async () => {
    const articles = many(5)
    const world = mirrorWorld({ simulator: { articles, variationsInListing: false }, pageSize: 5 })
    await world.sync()
    expect(world.count('knowledge-document')).toBe(5)
    const updatedAt = new Date(world.clock.wallTime()).toISOString()
    world.simulator.setArticles(
      articles.map((one, index) => (index === 2 ? { ...one, version: 2, updatedAt } : one)),
    )
    await world.sync({ full: true })
    expect(world.count('knowledge-document')).toBe(6)
  })
})
