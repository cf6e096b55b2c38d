// Every way in which people write a region, and none besides.
import { describe, expect, test } from 'vitest'
import { isCuecardError } from '../../src/errors.ts'
import { regionDomain, regions } from '../../src/genesys/regions.ts'

test('there are 18', () => {
  expect(new Set(Object.values(regions)).size).toBe(18)
})

describe.each(Object.entries(regions))('%s', (key, domain) => {
  test.each([key, key.replaceAll('_', '-'), key.toUpperCase(), domain, ` ${domain.toUpperCase()} `])(
    'as %j',
    (text) => {
      expect(regionDomain(text)).toBe(domain)
    },
  )
})

test.each([
  '',
  'mars-north-1',
  'mypurecloud',
  'api.mypurecloud.com',
  'mypurecloud.com.evil.example',
  'constructor',
  '__proto__',
  'hasOwnProperty',
])('%j is none', (text) => {
  try {
    regionDomain(text)
  } catch (error) {
    if (!isCuecardError(error, 'config.invalid')) throw error
    expect(error.details.field).toBe('genesys.region')
    expect(error.message).toContain('mypurecloud.de')
    return
  }
  throw new Error('It was taken for a region')
})
