// A coaching platform as an endpoint of the relay: composes, signs, posts, and judges the answer.
import type { Clock } from '../clock.ts'
import type { Secret } from '../secret.ts'
import { composeMessage } from './compose-message.ts'
import type { Attempt, Endpoint } from './endpoint.ts'
import type { AddressRules } from './endpoint-address.ts'
import { retryAfterMs } from './retry-schedule.ts'
import { signer } from './sign.ts'
import type { WebhookAnswer, WebhookSender } from './undici-sender.ts'

export interface WebhookOptions {
  readonly name: string
  readonly url: string
  /** Each signs every message. */
  readonly secrets: readonly Secret[]
  readonly rules: AddressRules
  readonly sender: WebhookSender
  readonly clock: Clock
  /** Of a whole attempt, connection and answer included; default 15 s. */
  readonly timeoutMs?: number
  /** Default 32. */
  readonly concurrency?: number
}

/** @throws CuecardError `config.invalid` for an address or a secret that breaks a rule. */
export function webhookEndpoint(options: WebhookOptions): Endpoint {
  const { name, sender, clock, timeoutMs = 15_000, concurrency = 32 } = options
  const field = `delivery.webhooks.${name}`
  const url = options.rules.checkUrl(options.url, `${field}.url`)
  const sign = signer(options.secrets, `${field}.secrets`)
  return {
    name,
    concurrency,
    timeoutMs,
    async send(message, signal) {
      const composed = composeMessage(message)
      if (composed === undefined) return { result: 'dropped' }
      const body = JSON.stringify(composed)
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'cuecard',
        ...sign(message.id, clock.wallTime(), body),
      }
      return judge(await sender.send({ url, headers, body, signal }), clock.wallTime())
    },
  }
}

function judge(answer: WebhookAnswer, now: number): Attempt {
  if ('failure' in answer) return { result: 'failed', error: answer.failure }
  const { status, retryAfter } = answer
  if (status >= 200 && status < 300) return { result: 'delivered' }
  const error = `The receiver answered ${status}`
  if (status === 410) return { result: 'gone', error: `${error}: it wants no more messages` }
  if (status >= 300 && status < 400)
    return {
      result: 'failed',
      error: `${error}: redirects are not followed; set the address it redirects to`,
    }
  const asked = status === 429 || status === 503 ? retryAfterMs(retryAfter, now) : undefined
  return { result: 'failed', error, retryAfterMs: asked }
}
