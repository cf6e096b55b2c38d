// A team without Genesys Knowledge: the real service over a folder of Markdown, with nothing of Genesys configured.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Retrieval } from '../../src/retrieval/retrieval.ts'
import { cuecard, startCuecard } from '../cli/start-cuecard.ts'

/** A folder with own articles and a configuration that names nothing else. */
function ownFolder(): { folder: string; environment: Record<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), 'cuecard-own-'))
  mkdirSync(join(folder, 'articles', 'cards'), { recursive: true })
  const write = (name: string, text: string) => writeFileSync(join(folder, 'articles', name), text)
  write('cards/lost-badge.md', '# Lost badge\n\nBlock the badge at once, then call the front desk.\n')
  write('parking.md', '# Parking permit\n\nA permit is renewed each spring at the gate.\n')
  const config = join(folder, 'cuecard.json')
  const mirror = { enabled: true, path: join(folder, 'mirror.db') }
  writeFileSync(
    config,
    JSON.stringify({ mirror: { ...mirror, sources: [{ folder: join(folder, 'articles') }] } }),
  )
  const database = `sqlite:${join(folder, 'cuecard.db')}`
  return { folder, environment: { CUECARD_CONFIG_FILE: config, CUECARD_DATABASE_URL: database } }
}

describe('own articles without Genesys', () => {
  const { folder, environment } = ownFolder()
  const words = 'my badge is lost'
  let found: Retrieval

  afterAll(() => rmSync(folder, { recursive: true }))
  beforeAll(async () => {
    expect(await cuecard(['mirror', 'sync'], environment)).toMatchObject({
      status: 0,
      stdout: '2 articles, in step.\n',
    })
    const searched = await cuecard(['mirror', 'search', ...words.split(' '), '--json'], environment)
    found = JSON.parse(searched.stdout)
    expect(found.items[0]?.contentId).toBe('cards/lost-badge')
  })

  test('the service says what is on and off, is ready, and answers as `mirror search` does', async () => {
    const service = startCuecard(['serve', '--port', '0'], environment)
    onTestFinished(async () => {
      service.child.kill('SIGTERM')
      await service.ended
    })
    const [, url = ''] = await service.find(/cuecard, at (http:\/\/127\.0\.0\.1:\d+)/)
    const [, on] = await service.find(/^on {3}(.*)$/m)
    expect(on).toBe(`mirror of ${join(folder, 'articles')}; record`)
    const [, off] = await service.find(/^off {2}(.*)$/m)
    expect(off).toMatch(/^Genesys Cloud; notifications of live conversations; use told to Genesys/)
    const [key] = await service.find(/^ck_\S+$/m)

    const ready = await fetch(`${url}/readyz`)
    expect(ready.status).toBe(200)
    expect(await ready.text()).not.toContain('genesys')
    const ask = async (question: object): Promise<Retrieval> => {
      const response = await fetch(`${url}/v1/retrievals`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ interactionId: 'i-1', agentId: 'ann', ...question }),
      })
      expect(response.status).toBe(200)
      return JSON.parse(await response.text())
    }
    const reply = await ask({ query: words })
    expect(reply.items[0]?.contentId).toBe(found.items[0]?.contentId)
    expect(reply.items[0]?.snippet).toBe(found.items[0]?.snippet)
    expect(reply).toMatchObject({ degraded: null, freshness: { status: 'mirror', source: 'mirror' } })
    const article = `${url}/v1/retrievals/${reply.retrievalId}/articles/${encodeURIComponent('cards/lost-badge')}`
    const whole = await fetch(article, { headers: { authorization: `Bearer ${key}` } })
    expect([whole.status, await whole.json()]).toMatchObject([
      200,
      { title: 'Lost badge', text: 'Block the badge at once, then call the front desk.', url: null },
    ])
    expect(
      (await fetch(article.replace('badge', 'bag'), { headers: { authorization: `Bearer ${key}` } })).status,
    ).toBe(404)
    const metrics = await (
      await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } })
    ).text()
    expect(metrics).not.toMatch(/^cuecard_genesys_quota_remaining \d/m)
    // Nobody else would know of an entity.
    const named = await ask({ interactionId: 'i-2', entityIds: ['cards'] })
    expect(named.items.map(({ contentId }) => contentId)).toEqual(['cards/lost-badge'])
  })

  test('`retrieve` and the doctor do without too', async () => {
    const retrieved = await cuecard(['retrieve', '--query', words, '--json'], environment)
    expect(JSON.parse(retrieved.stdout).items[0]).toEqual(found.items[0])
    const { status, stdout } = await cuecard(['doctor'], environment)
    expect(stdout).toMatch(/✓ configuration +complete; without Genesys/)
    expect(stdout).toMatch(/– Genesys +not configured; own articles alone are served/)
    expect(stdout).toMatch(/✓ own articles +2 articles in/)
    expect(status).toBe(0)
  })
})

test('without Genesys and without own articles, it says what is missing', async () => {
  const { folder, environment } = ownFolder()
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const config = (settings: object) => writeFileSync(join(folder, 'cuecard.json'), JSON.stringify(settings))
  config({ mirror: { enabled: true } })
  const start = () => cuecard(['serve', '--port', '0'], environment)
  expect((await start()).stderr).toContain('or name own articles alone in mirror.sources')
  config({ mirror: { sources: [{ folder }] } })
  expect((await start()).stderr).toContain('or mirror.enabled to serve own articles alone')
  config({ mirror: { enabled: true, sources: [{ folder }] }, notifications: { enabled: true } })
  expect((await start()).stderr).toContain('notifications.enabled: needs Genesys')
})
