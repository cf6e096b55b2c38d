// Checks of the way to Genesys: do its hosts answer, and do their clocks agree with ours.
import type { Clock } from '../../clock.ts'
import { isCuecardError } from '../../errors.ts'
import type { HttpTransport } from '../../genesys/http-transport.ts'
import { type Finding, failed, noted, passed } from './finding.ts'

export interface HostPorts {
  readonly transport: HttpTransport
  readonly clock: Clock
  readonly timeoutMs: number
}

export interface HostCheck {
  readonly finding: Finding
  /** The `Date` header of the answer. */
  readonly date?: string | undefined
}

/** Any answer but a 5xx will do: no credentials are sent. */
export async function checkHost(
  name: string,
  url: string,
  { transport, clock, timeoutMs }: HostPorts,
): Promise<HostCheck> {
  const { host } = new URL(url)
  const abort = new AbortController()
  const cancel = clock.after(timeoutMs, () => abort.abort())
  try {
    const { status, headers } = await transport.send({
      method: 'GET',
      url: `${url}/`,
      headers: { accept: 'application/json' },
      signal: abort.signal,
    })
    const { date } = headers
    if (status < 500)
      return { finding: passed(name, `${host} answers`), date: typeof date === 'string' ? date : undefined }
    const advice =
      'Genesys, or a gateway before it, is down: see https://status.mypurecloud.com and try again'
    return { finding: failed(name, `${host} answers ${status}`, advice) }
  } catch (error) {
    return { finding: unreachable(name, host, error, timeoutMs) }
  } finally {
    cancel()
  }
}

function unreachable(name: string, host: string, error: unknown, timeoutMs: number): Finding {
  if (!isCuecardError(error))
    return failed(
      name,
      `${host} did not answer within ${timeoutMs / 1000} s`,
      'Check the network, the firewall and the proxy',
    )
  const cause = error.cause as { readonly code?: string } | undefined
  const code = cause?.code ?? error.code
  return failed(name, `${host} cannot be reached (${code})`, adviceOn(code))
}

function adviceOn(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'The name does not resolve: check GENESYS_REGION or the address, and DNS'
  if (code === 'ECONNREFUSED')
    return 'Nothing listens there: check the address and port, or start `cuecard simulate`'
  if (/CERT|SIGNATURE|TLS|SSL/.test(code))
    return 'TLS fails: where a proxy inspects it, name its certificate in NODE_EXTRA_CA_CERTS'
  return 'Check the network, the firewall and the proxy'
}

/** More than this, and availability windows open and close at the wrong time. */
const toleratedMs = 10_000

/** `date` as in the header, which counts whole seconds; `wallTime` in milliseconds since the epoch. */
export function checkClock(date: string | undefined, wallTime: number): Finding {
  const theirs = Date.parse(date ?? '')
  if (Number.isNaN(theirs)) return noted('clock', 'not compared: no answer with the time came')
  const aheadMs = wallTime - theirs - 500
  const seconds = Math.abs(aheadMs / 1000).toFixed(0)
  if (Math.abs(aheadMs) <= toleratedMs) return passed('clock', `within ${seconds} s of Genesys's`)
  return failed(
    'clock',
    `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} Genesys's`,
    'Set this machine by NTP: availability windows are judged by its clock',
  )
}
