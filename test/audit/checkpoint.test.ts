import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseCheckpoint, signCheckpoint, verifyCheckpoint } from '../../src/audit/checkpoint.ts'
import { formatVerifierKey, openNote, parseVerifierKey, signNote } from '../../src/audit/signed-note.ts'

const origin = 'example.com/log'
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const key = parseVerifierKey(formatVerifierKey(origin, publicKey))
const root = Buffer.alloc(32, 7)
const note = signCheckpoint({ origin, size: 5, root }, privateKey)

/** Published with the Go package golang.org/x/mod/sumdb/note. */
const published = {
  key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  signature:
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
}

test('a published note verifies with its published key', () => {
  const peter = parseVerifierKey(published.key)
  expect(openNote(`${published.text}\n${published.signature}`, peter)).toBe(published.text)
  expect(() => openNote(`${published.text.replace('know', 'now')}\n${published.signature}`, peter)).toThrow(
    'is wrong',
  )
})

test('a checkpoint has the form of C2SP tlog-checkpoint', () => {
  expect(note).toMatch(/^example\.com\/log\n5\nBwcHBwcH[\w+/]+=\n\n— example\.com\/log [\w+/]{91}=\n$/)
  expect(verifyCheckpoint(note, key)).toEqual({ origin, size: 5, root })
  expect(parseCheckpoint(note)).toEqual({ origin, size: 5, root })
})

test('signatures of others and extension lines are passed over', () => {
  const witness =
    '— witness.example/w BkJHeYVLKBJBCTLN3oMLFoYpsvMtGSRgGSiq2uCeM4bBk1ZWh1mJvZl4z5jb5iJ7jk0g1Bhz/fCrSVeG8K4hT3s5zuHg\n'
  const other = signCheckpoint({ origin, size: 5, root }, generateKeyPairSync('ed25519').privateKey)
  const [, ofOther = ''] = other.split('\n\n')
  expect(verifyCheckpoint(note + ofOther, key).size).toBe(5)
  expect(() => verifyCheckpoint(note + witness, key)).not.toThrow()
  const extended = signNote(`${origin}\n5\n${root.toString('base64')}\nextension\n`, origin, privateKey)
  expect(verifyCheckpoint(extended, key)).toEqual({ origin, size: 5, root })
})

test('every note is refused of which one byte was changed', () => {
  const bytes = Buffer.from(note)
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes)
    changed[index] = (changed[index] ?? 0) ^ 1
    expect(() => verifyCheckpoint(changed.toString(), key)).toThrow()
  }
})

test.each([
  [
    'of another key',
    signCheckpoint({ origin, size: 5, root }, generateKeyPairSync('ed25519').privateKey),
    /no signature of the key/,
  ],
  [
    'of another log',
    signNote(`other\n5\n${root.toString('base64')}\n`, origin, privateKey),
    /of the log "other"/,
  ],
  [
    'with a leading zero',
    signNote(`${origin}\n05\n${root.toString('base64')}\n`, origin, privateKey),
    /no checkpoint/,
  ],
  ['with a short root', signNote(`${origin}\n5\nBwc=\n`, origin, privateKey), /no checkpoint/],
  [
    'with a huge size',
    signNote(`${origin}\n9999999999999999\n${root.toString('base64')}\n`, origin, privateKey),
    /beyond/,
  ],
  ['without signatures', `${origin}\n5\n${root.toString('base64')}\n\n`, /no signed note/],
  ['with CR LF', note.replaceAll('\n', '\r\n'), /no signed note/],
  ['without its last line end', note.slice(0, -1), /no signed note/],
  ['with a malformed signature line', `${note}— x\n`, /malformed signature line/],
])('a checkpoint %s is refused', (_, text, message) => {
  expect(() => verifyCheckpoint(text, key)).toThrow(message)
})

test('a verifier key reads back, and is refused with anything changed', () => {
  expect(parseVerifierKey(key.text).text).toBe(key.text)
  expect(key.key.equals(createPublicKey(privateKey))).toBe(true)
  const [name, id, base64] = key.text.split('+', 2).concat(key.text.split('+').slice(2).join('+'))
  for (const text of [
    `x${key.text}`,
    `${name}+00000000+${base64}`,
    `${name}+${id}+AAAA`,
    `${key.text}=`,
    '',
    'a+b+c',
  ])
    expect(() => parseVerifierKey(text)).toThrow()
  expect(() => formatVerifierKey('two words', publicKey)).toThrow('the name of a key')
  expect(() => formatVerifierKey('a+b', publicKey)).toThrow('the name of a key')
  expect(() => formatVerifierKey('a', generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)).toThrow(
    'Ed25519',
  )
})
