// The relay to the coaching platforms, from plain settings: it may run in a thread of its own.
import type { Clock } from '../clock.ts'
import type { Random } from '../random.ts'
import { Secret } from '../secret.ts'
import { addressRules } from './endpoint-address.ts'
import type { PumpPorts } from './endpoint-pump.ts'
import type { Outbox } from './outbox.ts'
import { type Relay, startRelay } from './relay.ts'
import { undiciSender } from './undici-sender.ts'
import { webhookEndpoint } from './webhook-endpoint.ts'

/** Plain data, as threads pass it on. */
export interface WebhookSettings {
  readonly webhooks: readonly {
    readonly name: string
    readonly url: string
    readonly secrets: readonly string[]
  }[]
  readonly allowedHosts: readonly string[]
  readonly timeoutSeconds: number
  /** Messages under way at a time to each. */
  readonly concurrency: number
}

export interface WebhookPorts {
  readonly outbox: Outbox
  readonly clock: Clock
  readonly random: Random
  readonly onSettled?: PumpPorts['onSettled']
}

/** Makes the endpoints, and thereby checks them. @throws CuecardError `config.invalid`. */
export function webhookEndpoints(settings: WebhookSettings, clock: Clock) {
  const { webhooks, allowedHosts, timeoutSeconds, concurrency } = settings
  const rules = addressRules(allowedHosts)
  const sender = undiciSender({ rules, connections: concurrency })
  const endpoints = webhooks.map(({ name, url, secrets }) =>
    webhookEndpoint({
      name,
      url,
      secrets: secrets.map((secret) => new Secret(secret)),
      rules,
      sender,
      clock,
      timeoutMs: timeoutSeconds * 1000,
      concurrency,
    }),
  )
  return { endpoints, sender }
}

/** Starts at once; `close` of the relay also ends the connections. */
export function startWebhooks(settings: WebhookSettings, ports: WebhookPorts): Relay {
  const { endpoints, sender } = webhookEndpoints(settings, ports.clock)
  const relay = startRelay({ ...ports, endpoints })
  return {
    ...relay,
    async close() {
      await relay.close()
      await sender.close()
    },
  }
}
