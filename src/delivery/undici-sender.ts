// Posts messages over undici: connects only to addresses that were checked, follows no redirect, reads no endless answer.
import { isIP } from 'node:net'
import { Agent, buildConnector, type Dispatcher, errors } from 'undici'
import { CuecardError } from '../errors.ts'
import type { AddressRules } from './endpoint-address.ts'

/** A message on its way. */
export interface WebhookRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Ends the attempt; its reason is a sentence without any secret. */
  readonly signal: AbortSignal
}

/** What the receiver answered, or why it did not, in a sentence without any secret. */
export type WebhookAnswer =
  | { readonly status: number; readonly retryAfter: string | undefined }
  | { readonly failure: string }

export interface WebhookSender {
  /** Never rejects. */
  send(request: WebhookRequest): Promise<WebhookAnswer>
  close(): Promise<void>
}

/** More of an answer than this is not read: what counts is its status. */
const maxAnswerBytes = 64 * 1024

export function undiciSender(options: {
  readonly rules: AddressRules
  /** Connections kept to one receiver at the most. */
  readonly connections: number
}): WebhookSender {
  const agent = new Agent({
    connect: checkedConnector(options.rules),
    connections: options.connections,
    // Each attempt has its own deadline, its signal; these guard against a forgotten one.
    headersTimeout: 120_000,
    bodyTimeout: 120_000,
    maxHeaderSize: 16 * 1024,
  })
  return {
    async send({ url, headers, body, signal }) {
      try {
        const { origin, pathname, search } = url
        const path = pathname + search
        const answer = await agent.request({ origin, path, method: 'POST', headers, body, signal })
        await drain(answer)
        const retryAfter = answer.headers['retry-after']
        return {
          status: answer.statusCode,
          retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
        }
      } catch (error) {
        return { failure: signal.aborted ? String(signal.reason) : reasonOf(error) }
      }
    },
    close: () => agent.destroy(),
  }
}

/** A host that is an address is not looked up, so it is checked here. */
function checkedConnector(rules: AddressRules): buildConnector.connector {
  const connect = buildConnector({ lookup: rules.lookup, timeout: 10_000, allowH2: false })
  return (options, callback) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1')
    const refusal = isIP(host) === 0 ? undefined : rules.refusal(host, host)
    if (refusal === undefined) connect(options, callback)
    else callback(new CuecardError('config.invalid', refusal, { field: 'delivery.allowedHosts' }), null)
  }
}

async function drain({ body, headers }: Dispatcher.ResponseData): Promise<void> {
  let left = maxAnswerBytes
  // Without a listener, the error of a body that is given up would end the process.
  body.on('error', () => {})
  if (!(Number(headers['content-length']) > left))
    for await (const chunk of body as AsyncIterable<Buffer>) {
      left -= chunk.length
      if (left < 0) break
    }
  // Ends the connection where something is left to be read.
  body.destroy()
}

/** The messages of foreign errors may quote the address, and with it a token. */
function reasonOf(error: unknown): string {
  if (error instanceof CuecardError) return error.message
  if (error instanceof errors.HTTPParserError) return 'The answer is no HTTP'
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return `The connection failed${/^[A-Z][A-Z0-9_]+$/.test(code) ? ` (${code})` : ''}`
}
