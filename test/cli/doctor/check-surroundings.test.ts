// What the doctor finds without a network.
import { expect, test } from 'vitest'
import { checkConfiguration, checkNode } from '../../../src/cli/doctor/check-surroundings.ts'

test('Node 24 will do, Node 22 will not', () => {
  expect(checkNode('24.0.0').result).toBe('passed')
  expect(checkNode('22.19.0')).toMatchObject({ result: 'failed', advice: expect.stringContaining('Node 24') })
})

test('each missing setting has a line of its own', () => {
  const findings = checkConfiguration({ GENESYS_REGION: '' }, undefined)
  expect(JSON.stringify(findings)).toContain('GENESYS_CLIENT_ID')
  expect(checkConfiguration({ GENESYS_CLIENT_ID: 'id' }, undefined)).toEqual([
    expect.objectContaining({
      result: 'failed',
      message: expect.stringContaining('genesys.clientSecret'),
      advice: expect.stringContaining('GENESYS_CLIENT_SECRET'),
    }),
    expect.objectContaining({
      result: 'failed',
      message: expect.stringContaining('genesys.region'),
      advice: expect.stringContaining('GENESYS_REGION'),
    }),
  ])
})

test('a wrong setting is named, and its value is not', () => {
  const findings = checkConfiguration(
    {
      GENESYS_CLIENT_ID: 'id',
      GENESYS_CLIENT_SECRET: 'hush-hush',
      GENESYS_API_URL: 'ftp://x',
      GENESYS_REGION: 'mypurecloud.de',
    },
    undefined,
  )
  expect(findings).toEqual([expect.objectContaining({ message: expect.stringContaining('genesys.apiUrl') })])
  expect(JSON.stringify(findings)).not.toContain('hush-hush')
})

test('a complete configuration is handed on', () => {
  const environment = {
    GENESYS_CLIENT_ID: 'id',
    GENESYS_CLIENT_SECRET: 's',
    GENESYS_REGION: 'eu_central_1',
  }
  expect(checkConfiguration(environment, undefined)).toMatchObject({
    genesys: { apiUrl: 'https://api.mypurecloud.de' },
  })
})
