// Where a message may go: nowhere inside our own network, unless the configuration names the host or the address.
import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { CuecardError } from '../errors.ts'

/** Decides where messages may go. */
export interface AddressRules {
  /**
   * An endpoint's address, as it stands in the configuration.
   * @throws CuecardError `config.invalid` naming `field`; the address is not quoted, since it may hold a token.
   */
  checkUrl(url: string, field: string): URL
  /** Why no connection may be made to this IP address for this host; undefined where it may. */
  refusal(host: string, address: string): string | undefined
  /** Resolves as `dns.lookup` does and hands on only what may be connected to, so that it is what is connected to. */
  readonly lookup: LookupFunction
}

/** How names are resolved: `dns.lookup`, or a test's own. */
export type Resolve = typeof systemLookup

/** `allowedHosts`: names and addresses that may be private and may be spoken to without TLS. */
export function addressRules(
  allowedHosts: readonly string[] = [],
  resolve: Resolve = systemLookup,
): AddressRules {
  const allowed = new Set(allowedHosts.map(canonicalHost))
  const refusal = (host: string, address: string): string | undefined => {
    if (allowed.has(canonicalHost(host)) || allowed.has(canonicalHost(address))) return undefined
    const kind = kindOf(address)
    if (kind === 'public') return undefined
    const which = isIP(bare(host)) === 0 ? `${host} resolves to ${address}, which` : address
    return `${which} is ${kind}; name the host in delivery.allowedHosts if messages may go there`
  }
  return {
    checkUrl: (url, field) => checkUrl(url, field, allowed, refusal),
    refusal,
    lookup(host, options, callback) {
      resolve(host, { ...options, all: true }, (error, found) => {
        if (error) return callback(error, '', 0)
        const usable = found.filter(({ address }) => refusal(host, address) === undefined)
        const [first] = usable
        if (first === undefined) return callback(refused(host, found[0]?.address, refusal), '', 0)
        if (options.all) callback(null, usable)
        else callback(null, first.address, first.family)
      })
    },
  }
}

function refused(host: string, address: string | undefined, refusal: AddressRules['refusal']): CuecardError {
  const why = address === undefined ? `${host} has no address` : (refusal(host, address) ?? '')
  return new CuecardError('config.invalid', why, { field: 'delivery.allowedHosts' })
}

function checkUrl(
  text: string,
  field: string,
  allowed: ReadonlySet<string>,
  refusal: AddressRules['refusal'],
): URL {
  const invalid = (problem: string) => new CuecardError('config.invalid', `${field}: ${problem}`, { field })
  // As it is written: the parser silently turns 2130706433 and 0x7f.1 into 127.0.0.1.
  const written = /^https?:\/\/([^/?#\\]*)/i.exec(text)?.[1]
  const url = URL.parse(text)
  if (url === null || written === undefined) throw invalid('must be an http or https address')
  if (url.username !== '' || url.password !== '' || written.includes('@'))
    throw invalid('must not hold credentials; the signature tells the receiver who sends')
  const host = bare(url.hostname)
  if (isIP(host) === 4 && written.replace(/:\d*$/, '') !== host)
    throw invalid('has an IP address in an unusual spelling; write it as four decimal numbers')
  if (allowed.has(canonicalHost(host))) return url
  if (isIP(host) !== 0 || /(^|\.)localhost\.?$/.test(host)) {
    const why = isIP(host) === 0 ? refusal(host, '127.0.0.1') : refusal(host, host)
    if (why !== undefined) throw invalid(why)
  }
  if (url.protocol !== 'https:')
    throw invalid('must be https, unless its host stands in delivery.allowedHosts')
  return url
}

/** Reached from inside only, although it lies among public addresses: Azure's own services. */
const insideOnly: ReadonlySet<string> = new Set(['168.63.129.16'])
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

const meanings: Readonly<Record<string, string>> = {
  private: 'private',
  uniqueLocal: 'private',
  loopback: 'this machine itself',
  linkLocal: 'link-local, as metadata services are',
  carrierGradeNat: 'shared by a carrier (100.64.0.0/10)',
  multicast: 'multicast',
}

/** `public`, or what else an address is. Everything that is not plainly public is refused, other forms of IPv4 too. */
function kindOf(address: string): string {
  const parsed = parseAddress(address)
  if (parsed === undefined) return 'no IP address'
  if (parsed instanceof ipaddr.IPv6 && parsed.zoneId !== undefined) return 'bound to one network interface'
  const range = parsed.range()
  if (range !== 'unicast') return meanings[range] ?? 'reserved'
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(globalUnicast)) return 'reserved'
  return insideOnly.has(parsed.toString()) ? 'for use inside a cloud only' : 'public'
}

/** `[::1]` as `::1`. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}

/** One spelling for each host and address. */
function canonicalHost(host: string): string {
  const name = bare(host.trim().toLowerCase()).replace(/\.$/, '')
  return parseAddress(name)?.toString() ?? name
}

/** `::ffff:a.b.c.d` is the IPv4 address that it means. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return isIP(text) !== 0 && ipaddr.isValid(text) ? ipaddr.process(text) : undefined
}
