// Checks of the coaching platforms: address, secret, name, connection. No message is sent.
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Clock } from '../../clock.ts'
import { plainWebhook } from '../../compose-record.ts'
import type { RecordConfig } from '../../config/config-schema.ts'
import { addressRules, type Resolve } from '../../delivery/endpoint-address.ts'
import { webhookEndpoints } from '../../delivery/start-webhooks.ts'
import { CuecardError, isCuecardError } from '../../errors.ts'
import { type Finding, failed, failedBy, noted, passed } from './finding.ts'

const timeoutMs = 5000

export async function* checkWebhooks(
  { webhooks, ...delivery }: RecordConfig['delivery'],
  { clock, resolve }: { readonly clock: Clock; readonly resolve?: Resolve },
): AsyncGenerator<Finding> {
  if (webhooks.length === 0) yield noted('webhook', 'not configured')
  for (const webhook of webhooks) {
    const name = `webhook ${webhook.name}`
    const url = new URL(webhook.url)
    try {
      const settings = { ...delivery, webhooks: [plainWebhook(webhook)] }
      void webhookEndpoints(settings, clock).sender.close()
      await connect(url, addressRules(delivery.allowedHosts, resolve).lookup, clock)
      const tls = url.protocol === 'https:' ? ' with TLS' : ''
      yield passed(name, `${url.host} takes connections${tls}; no message was sent`)
    } catch (error) {
      yield failureOf(name, url.host, error)
    }
  }
}

type Lookup = ReturnType<typeof addressRules>['lookup']

/** Connects as a delivery would, and hangs up. */
async function connect({ protocol, hostname, port }: URL, lookup: Lookup, clock: Clock): Promise<void> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const isTls = protocol === 'https:'
  const to = { host, port: Number(port || (isTls ? 443 : 80)), lookup }
  const name = isIP(host) === 0 ? { servername: host } : {}
  const socket: Socket = isTls ? connectTls({ ...to, ...name }) : connectTcp(to)
  let cancel = () => {}
  try {
    await new Promise<void>((done, fail) => {
      socket.once(isTls ? 'secureConnect' : 'connect', done)
      socket.once('error', fail)
      cancel = clock.after(timeoutMs, () =>
        fail(new CuecardError('deadline.exceeded', `no connection within ${timeoutMs / 1000} s`)),
      )
    })
  } finally {
    cancel()
    socket.destroy()
  }
}

/** Of an address no more than the host is told: the rest may be a secret. */
function failureOf(name: string, host: string, error: unknown): Finding {
  if (isCuecardError(error)) return failedBy(name, error, 'Check the address and the secret of the endpoint')
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const advice = /CERT|SIGNATURE|TLS|SSL/.test(code)
    ? 'TLS fails: the certificate must be valid for this name, or its issuer be named in NODE_EXTRA_CA_CERTS'
    : 'Check the address, DNS and the firewall; until then messages wait'
  return failed(name, `${host} cannot be reached (${code})`, advice)
}
