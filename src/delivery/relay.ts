// The relay: brings what lies in the outbox to the endpoints, at least once, however long they are away.
import type { Clock } from '../clock.ts'
import type { Random } from '../random.ts'
import type { Endpoint } from './endpoint.ts'
import { EndpointPump, type PumpPorts, type PumpStats } from './endpoint-pump.ts'
import type { Outbox } from './outbox.ts'
import { Settlements } from './settlements.ts'

export interface RelayOptions {
  readonly outbox: Outbox
  /** With different names. */
  readonly endpoints: readonly Endpoint[]
  readonly clock: Clock
  readonly random: Random
  readonly onSettled?: PumpPorts['onSettled']
  /** Milliseconds that `close` gives to what is under way; default 5 s. */
  readonly graceMs?: number
}

export interface Relay {
  /** Something was appended to the outbox. Cheap: it may be called for each entry. */
  wake(): void
  /** Finishes what is under way, for some seconds, and gives the rest back. Safe to call twice. */
  close(): Promise<void>
  /** By endpoint. */
  stats(): Readonly<Record<string, PumpStats>>
}

/** Starts at once; runs until it is closed. Each endpoint has its own pace: none waits for another. */
export function startRelay({ outbox, endpoints, graceMs = 5000, ...ports }: RelayOptions): Relay {
  const settlements = new Settlements(outbox, ports.clock)
  const pumps = endpoints.map(
    (endpoint) => [endpoint.name, new EndpointPump(endpoint, { outbox, settlements, ...ports })] as const,
  )
  let closed: Promise<void> | undefined
  const close = async () => {
    await Promise.all(pumps.map(([, pump]) => pump.close(graceMs)))
    await settlements.close()
  }
  return {
    wake() {
      for (const [, pump] of pumps) pump.wake()
    },
    close() {
      closed ??= close()
      return closed
    },
    stats: () => Object.fromEntries(pumps.map(([name, pump]) => [name, pump.stats])),
  }
}
