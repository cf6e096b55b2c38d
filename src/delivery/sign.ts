// Signs messages by Standard Webhooks 1.0.0, with every secret an endpoint has, so that one can be changed at leisure.
import { Webhook } from 'standardwebhooks'
import { CuecardError } from '../errors.ts'
import type { Secret } from '../secret.ts'

export interface SignedHeaders {
  readonly 'webhook-id': string
  /** Seconds since the epoch, of this attempt: receivers refuse what is older than some minutes. */
  readonly 'webhook-timestamp': string
  /** One signature for each secret, with spaces between. */
  readonly 'webhook-signature': string
}

/** `atMs`: milliseconds since the epoch. */
export type Sign = (id: string, atMs: number, body: string) => SignedHeaders

/**
 * Secrets are `whsec_` and base64, or any other text, whose UTF-8 bytes are then the key.
 * @throws CuecardError `config.invalid` naming `field`, never quoting a secret.
 */
export function signer(secrets: readonly Secret[], field: string): Sign {
  if (secrets.length === 0) throw invalid(field, 'is missing; each endpoint needs a secret to sign with')
  const keys = secrets.map((secret) => webhookOf(secret, field))
  return (id, atMs, body) => {
    const at = new Date(atMs)
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(atMs / 1000)),
      'webhook-signature': keys.map((key) => key.sign(id, at, body)).join(' '),
    }
  }
}

const prefix = 'whsec_'

function webhookOf(secret: Secret, field: string): Webhook {
  const text = secret.reveal().trim()
  if (text === '') throw invalid(field, 'is empty')
  if (!text.startsWith(prefix)) return new Webhook(Buffer.from(text), { format: 'raw' })
  const base64 = text.slice(prefix.length)
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64) || base64 === '')
    throw invalid(field, 'must be base64 after "whsec_", or a text that does not begin so')
  return new Webhook(text)
}

function invalid(field: string, problem: string): CuecardError {
  return new CuecardError('config.invalid', `${field}: ${problem}`, { field })
}
