// Signatures by Standard Webhooks, against its published example and the library's own check.
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { signer } from '../../src/delivery/sign.ts'
import { isCuecardError } from '../../src/errors.ts'
import { Secret } from '../../src/secret.ts'

const published = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const sign = (...secrets: string[]) =>
  signer(
    secrets.map((text) => new Secret(text)),
    'delivery.webhooks.crm.secrets',
  )

test('the published example has the published signature', () => {
  const headers = sign(published)('msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_999, '{"test": 2432232314}')
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('the library accepts what was signed, with either secret while they are changed, and nothing altered', () => {
  fc.assert(
    fc.property(fc.json(), fc.uint8Array({ minLength: 1, maxLength: 64 }), (body, key) => {
      const other = `whsec_${Buffer.from(key).toString('base64')}`
      const headers = { ...sign(published, other)('msg_1', Date.now(), body) }
      for (const secret of [published, other])
        expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body))
      expect(() => new Webhook(other).verify(`${body} `, headers)).toThrow('No matching signature')
      expect(() => new Webhook(other).verify(body, { ...headers, 'webhook-id': 'msg_2' })).toThrow()
    }),
    { numRuns: 50 },
  )
})

test('a secret that is any other text is the key itself, in UTF-8', () => {
  const headers = { ...sign('Schlüssel 🔑')('msg_1', Date.now(), '{}') }
  expect(new Webhook(Buffer.from('Schlüssel 🔑'), { format: 'raw' }).verify('{}', headers)).toEqual({})
})

test.each([
  ['no secret at all', []],
  ['an empty secret', ['  ']],
  ['nothing after the prefix', ['whsec_']],
  ['what is no base64', ['whsec_planted*secret']],
  ['base64 that was cut', ['whsec_plantedse']],
])('refuses %s, naming the field and never the secret', (_, secrets) => {
  let error: unknown
  try {
    sign(...secrets)
  } catch (thrown) {
    error = thrown
  }
  expect(isCuecardError(error, 'config.invalid')).toBe(true)
  expect(String(error)).toContain('delivery.webhooks.crm.secrets: ')
  expect(JSON.stringify(error) + String(error)).not.toContain('planted')
})
