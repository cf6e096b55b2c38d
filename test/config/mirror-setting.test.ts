// The settings of the mirror: what is copied, and one clear sentence for each mistake.
import { expect, test } from 'vitest'
import { parseConfig, parseMirrorConfig } from '../../src/config/config-schema.ts'

const genesys = { clientId: 'c', clientSecret: 's', region: 'mypurecloud.de' }

test('without any it copies all of Genesys Knowledge, once it is enabled, and ranks by context then', () => {
  const off = parseConfig({ genesys })
  expect(off.mirror).toEqual({
    enabled: false,
    path: './cuecard-mirror.db',
    sources: [{ genesys: true }],
    trustedSeconds: 900,
    intervalSeconds: 300,
    sweepSeconds: 900,
    fullEveryHours: 24,
  })
  expect(off.profile).toBe('tutorial')
  expect(parseConfig({ genesys, mirror: { enabled: true } }).profile).toBe('context')
  expect(parseConfig({ genesys, profile: 'tutorial', mirror: { enabled: true } }).profile).toBe('tutorial')
  expect(parseMirrorConfig({ http: 'not looked at' }).profile).toBe('context')
})

test('checking complete settings changes nothing', () => {
  const sources = [
    { genesys: true as const, knowledgeBases: ['b'] },
    { file: 'a.jsonl' },
    { folder: 'b', language: 'de' },
  ]
  const config = parseConfig({ genesys, mirror: { sources } })
  expect(config.mirror.sources).toEqual(sources)
  expect(parseConfig(config)).toEqual(config)
})

test.each([
  [{ sources: [] }, 'mirror.sources'],
  [{ sources: [{}] }, 'mirror.sources[0]: must have one of genesys, file and folder'],
  [{ sources: [{ genesys: true, file: 'a' }] }, 'mirror.sources[0]: must have one of'],
  [{ sources: [{ genesys: false }] }, 'mirror.sources[0].genesys: must be true'],
  [{ sources: [{ file: 'a', language: 'de' }] }, 'mirror.sources[0].language: goes with a folder only'],
  [
    { sources: [{ file: 'a', knowledgeBases: ['b'] }] },
    'mirror.sources[0].knowledgeBases: goes with genesys only',
  ],
  [{ sources: [{ folder: 'a', language: 'no language' }] }, 'mirror.sources[0].language: must be a BCP 47'],
  [{ trustedSeconds: 0 }, 'mirror.trustedSeconds: must be a whole number from 1'],
])('%j is refused', (mirror, message) => {
  expect(() => parseConfig({ genesys, mirror })).toThrow(message)
})
