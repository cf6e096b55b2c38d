// The bodies and the signature in webhooks.md are those that are sent.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { composeMessage } from '../../src/delivery/compose-message.ts'
import { signer } from '../../src/delivery/sign.ts'
import { Secret } from '../../src/secret.ts'
import { adoptionEntry, retrievalEntry } from './sample-entries.ts'

const page = readFileSync(new URL('../../docs/reference/webhooks.md', import.meta.url), 'utf8')

test.each([
  ['retrieval', retrievalEntry],
  ['adoption', adoptionEntry()],
])('the example of a body: %s', (name, entry) => {
  const text = page.split(`<!-- ${name} -->\n\`\`\`json\n`)[1]?.split('```')[0] ?? ''
  expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(composeMessage({ id: 'msg_log_1', entry })))
})

test('the example of a signature', () => {
  const value = (name: string) => new RegExp(`^${name} +(.+)$`, 'm').exec(page)?.[1] ?? ''
  const [id = '', seconds = '', body = ''] = value('signed').split('.')
  const sign = signer([new Secret(value('secret'))], 'secret')
  expect(sign(id, 1000 * Number(seconds), body)['webhook-signature']).toBe(value('signature'))
})
