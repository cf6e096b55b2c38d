// Where messages may go, over generated addresses in every spelling that resolvers and parsers accept.
import type { LookupAddress } from 'node:dns'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressRules, type Resolve } from '../../src/delivery/endpoint-address.ts'
import { isCuecardError } from '../../src/errors.ts'

const field = 'delivery.webhooks.crm.url'

function problemOf(url: string, allowedHosts: readonly string[] = []): string | undefined {
  try {
    addressRules(allowedHosts).checkUrl(url, field)
    return undefined
  } catch (error) {
    if (!isCuecardError(error, 'config.invalid')) throw error
    expect(error.details.field).toBe(field)
    return error.message
  }
}

const octet = fc.nat(255)
const within = (...prefix: readonly fc.Arbitrary<number>[]) =>
  fc
    .tuple(...prefix, ...Array.from({ length: 4 - prefix.length }, () => octet))
    .map((octets) => octets.join('.'))
const is = (value: number) => fc.constant(value)
/** Every range of the IANA special-purpose registry that is not globally reachable, and multicast. */
const inside = fc.oneof(
  within(is(0)),
  within(is(10)),
  within(is(100), fc.integer({ min: 64, max: 127 })),
  within(is(127)),
  within(is(169), is(254)),
  within(is(172), fc.integer({ min: 16, max: 31 })),
  within(is(192), is(0), is(0)),
  within(is(192), is(0), is(2)),
  within(is(192), is(168)),
  within(is(198), fc.integer({ min: 18, max: 19 })),
  within(is(198), is(51), is(100)),
  within(is(203), is(0), is(113)),
  within(fc.integer({ min: 224, max: 255 })),
)
const groupsOf = (ipv4: string) => {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number)
  return [(a << 8) | b, (c << 8) | d].map((group) => group.toString(16))
}
const asIpv6 = (address: string): string[] => {
  const [high, low] = groupsOf(address)
  return [
    `::ffff:${address}`,
    `::ffff:${high}:${low}`,
    `::ffff:0:${high}:${low}`,
    `::${high}:${low}`,
    `64:ff9b::${high}:${low}`,
    `64:ff9b:1::${high}:${low}`,
    `2002:${high}:${low}::1`,
    `2001:0:${high}:${low}::1`,
  ]
}

describe('an address inside our own network is refused', () => {
  const rules = addressRules()

  test('as it is, and in every form of IPv6 that leads to it', () => {
    fc.assert(
      fc.property(inside, (address) => {
        for (const form of [address, ...asIpv6(address)])
          expect(rules.refusal('x.example', form)).toBeDefined()
        expect(problemOf(`https://${address}/hook`)).toBeDefined()
        for (const form of asIpv6(address)) expect(problemOf(`https://[${form}]/hook`)).toBeDefined()
      }),
    )
  })

  test('in every spelling of an IPv4 address, public ones too', () => {
    fc.assert(
      fc.property(fc.oneof(inside, within()), (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
        const number = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
        const hex = (value: number) => `0x${value.toString(16)}`
        for (const spelling of [
          String(number),
          hex(number),
          `0${number.toString(8)}`,
          [a, b, c, d].map(hex).join('.'),
          [a, b, c, d].map((part) => `0${part.toString(8)}`).join('.'),
          `${a}.${(b << 16) | (c << 8) | d}`,
          `${a}.${b}.${(c << 8) | d}`,
          `${address}.`,
          address.replaceAll('.', '。'),
          address.replace('.', '%2e'),
        ])
          expect(problemOf(`https://${spelling}/hook`), spelling).toBeDefined()
      }),
    )
  })

  test.each([
    '169.254.169.254',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1%eth0',
    'fec0::1',
    '::',
    '::1',
    'ff02::1',
    '2001:db8::1',
    '3fff::1',
    '4000::1',
    '100::1',
    '5f00::1',
  ])('%s', (address) => {
    expect(rules.refusal('x.example', address)).toContain('x.example resolves to ')
  })

  test.each(['https://localhost/', 'https://api.localhost/', 'https://LOCALHOST./'])('%s', (url) => {
    expect(problemOf(url)).toContain('this machine itself')
  })
})

test('a public address is allowed over https', () => {
  for (const address of ['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])
    expect(addressRules().refusal('x.example', address)).toBeUndefined()
  for (const url of [
    'https://hooks.example.com/a?b=c',
    'https://8.8.8.8:8443/',
    'https://[2606:4700::1111]/',
  ])
    expect(problemOf(url)).toBeUndefined()
})

test('what the configuration names is allowed, over http as well, and nothing else', () => {
  const allowed = ['Hooks.Internal', '10.0.0.7', '[fd00::7]']
  for (const url of [
    'http://hooks.internal:8080/',
    'http://10.0.0.7/',
    'http://[FD00:0::7]/',
    'http://hooks.internal./',
  ])
    expect(problemOf(url, allowed)).toBeUndefined()
  for (const url of [
    'http://hooks.example.com/',
    'http://10.0.0.8/',
    'http://a.hooks.internal/',
    'http://0xa000007/',
  ])
    expect(problemOf(url, allowed)).toBeDefined()
  const rules = addressRules(allowed)
  expect(rules.refusal('hooks.internal', '192.168.0.1')).toBeUndefined()
  expect(rules.refusal('hooks.example.com', '10.0.0.7')).toBeUndefined()
  expect(rules.refusal('hooks.example.com', '::ffff:10.0.0.7')).toBeUndefined()
  expect(rules.refusal('hooks.example.com', '10.0.0.8')).toBeDefined()
})

test('an address never holds credentials, is never quoted, and is http or https', () => {
  for (const url of [
    'https://user:planted@hooks.example.com/',
    'https://planted@hooks.example.com/',
    'https://@hooks.example.com/planted',
    'http://hooks.example.com/planted',
    'ftp://hooks.example.com/planted',
    'https:\\\\127.0.0.1\\planted',
    'https:/127.0.0.1/planted',
    'planted',
    'https://127.0.0.1/planted',
  ]) {
    expect(problemOf(url)).toBeDefined()
    expect(problemOf(url)).not.toContain('planted')
  }
})

describe('a name is checked again each time it is resolved', () => {
  const answering =
    (...addresses: string[]) =>
    (_host: string, _options: object, callback: (error: Error | null, found: LookupAddress[]) => void) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
  const lookUp = (rules: ReturnType<typeof addressRules>, all = true) =>
    new Promise<unknown>((resolve) => {
      rules.lookup('hooks.example.com', { all }, (error, found) => resolve(error ?? found))
    })
  const resolving = (...addresses: string[]) =>
    addressRules([], answering(...addresses) as unknown as Resolve)

  test('and only what is allowed is handed on', async () => {
    const rules = resolving('10.0.0.1', '8.8.8.8', '::1')
    expect(await lookUp(rules)).toEqual([{ address: '8.8.8.8', family: 4 }])
    expect(await lookUp(rules, false)).toBe('8.8.8.8')
  })

  test('and refused where nothing is', async () => {
    expect(await lookUp(resolving('169.254.169.254'))).toMatchObject({
      code: 'config.invalid',
      message:
        'hooks.example.com resolves to 169.254.169.254, which is link-local, as metadata services are; name the host in delivery.allowedHosts if messages may go there',
    })
    expect(await lookUp(resolving())).toMatchObject({ message: 'hooks.example.com has no address' })
  })

  test('and what the resolver itself says is passed on', async () => {
    const failed = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    const rules = addressRules([], ((_: string, __: object, callback: (error: Error) => void) =>
      callback(failed)) as unknown as Resolve)
    expect(await lookUp(rules)).toBe(failed)
  })
})
