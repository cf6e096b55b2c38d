// What a sync asks and is answered, held against Genesys's published definition where it is at hand.
import { describe, expect, test } from 'vitest'
import type { HttpRequest, HttpResponse } from '../../src/genesys/http-transport.ts'
import { contractChecks } from '../simulator/contract-checks.ts'
import { article } from '../simulator/sample-organisation.ts'
import { minutes, mirrorWorld } from './mirror-world.ts'

const root = '/api/v2/knowledge/knowledgebases'

/** The path as the definition writes it. */
function template(pathname: string): string {
  return pathname
    .replace(/(\/documents)\/[^/]+$/, '$1/{documentId}')
    .replace(/(\/knowledgebases)\/[^/]+/, '$1/{knowledgeBaseId}')
}

describe.skipIf(contractChecks() === undefined)('the calls of a sync', () => {
  const check = contractChecks()

  test('whole, changed, swept and without texts, are as defined', async () => {
    const exchanges: { readonly request: HttpRequest; readonly response: HttpResponse }[] = []
    let refusesTexts = false
    const edited = (title: string, updatedAt: string) => [
      article('a', title, 'Text of a.\n- first\n- second', { tags: ['fees'], category: 'cards', updatedAt }),
      article('b', 'Title b', 'Text of b.', { entityIds: ['product:b'] }),
      article('c', 'Title c', 'Text of c.'),
      article('d', 'Title d', 'Text of d.'),
    ]
    const world = mirrorWorld({
      simulator: { articles: edited('Title a', '2026-01-05T08:00:00Z') },
      throughTransport: (inner) => ({
        async send(request) {
          const isList = /\/documents\?.*variations/.test(request.url)
          if (refusesTexts && isList) return { status: 400, headers: {}, body: '{"code":"bad.request"}' }
          const response = await inner.send(request)
          if (new URL(request.url).pathname.startsWith(root)) exchanges.push({ request, response })
          return response
        },
        close: () => inner.close(),
      }),
    })
    await world.inTime(world.sync())
    await world.clock.advance(20 * minutes)
    world.simulator.setArticles(edited('Edited', new Date(world.clock.wallTime()).toISOString()).slice(0, 3))
    await world.inTime(world.sync())
    refusesTexts = true
    await world.clock.advance(20 * minutes)
    world.simulator.setArticles(edited('Again', new Date(world.clock.wallTime()).toISOString()).slice(0, 3))
    await world.inTime(world.sync())
    expect(world.records().map(({ article: { id, title } }) => `${id} ${title}`)).toContain('a Again')

    const seen = new Set<string>()
    for (const { request, response } of exchanges) {
      const { pathname, searchParams } = new URL(request.url)
      const path = template(pathname)
      check?.query(path, 'get', searchParams)
      check?.answer(path, 'get', { status: response.status, headers: {}, body: JSON.parse(response.body) })
      seen.add([path.slice(root.length), ...searchParams.keys()].join(' '))
    }
    expect([...seen]).toEqual(
      expect.arrayContaining([
        ' pageSize',
        '/{knowledgeBaseId}/documents pageSize expand',
        '/{knowledgeBaseId}/documents pageSize expand after',
        '/{knowledgeBaseId}/documents pageSize expand interval includeDrafts',
        '/{knowledgeBaseId}/documents/{documentId} expand',
      ]),
    )
  })

  test('a list of documents needs the permission that the doctor tries', () => {
    const permissions = check?.permissions(`${root}/{knowledgeBaseId}/documents`, 'get')
    expect(permissions).toEqual(['knowledge:document:view'])
  })
})
