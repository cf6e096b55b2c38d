// Decides, request by request, what goes wrong and how long the answer takes.
import type { Clock } from '../clock.ts'
import { lognormal, type Random } from '../random.ts'
import type { Fault, Latency, ParsedFaultPlan, ParsedRule } from './fault-plan.ts'
import { OPERATIONS, type Operation } from './operation.ts'

/** What befalls one request. */
export interface Verdict {
  readonly delayMs: number
  /** The first rule that strikes and is no latency. */
  readonly fault: Exclude<Fault, { kind: 'latency' }> | undefined
}

interface Entry {
  readonly rule: ParsedRule
  readonly path: RegExp | undefined
  /** Matching requests so far. */
  seen: number
}

/**
 * Every chance is drawn from the seed, the operation, the request's number among those of its operation, and the
 * rule's place in the plan. So a draw depends on neither time nor what else is called, nor on what other rules did.
 */
export class FaultInjector {
  readonly #clock: Clock
  readonly #start: number
  readonly #seed: number
  readonly #latency: Latency
  readonly #rules: readonly Entry[]
  readonly #numbers = new Map<Operation, number>()

  constructor(plan: ParsedFaultPlan, usualLatency: Latency, clock: Clock) {
    this.#clock = clock
    this.#start = clock.now()
    this.#seed = plan.seed
    this.#latency = plan.latency ?? usualLatency
    this.#rules = plan.rules.map((rule) => ({
      rule,
      path: rule.match?.path === undefined ? undefined : pathPattern(rule.match.path),
      seen: 0,
    }))
  }

  judge(operation: Operation, method: string, path: string): Verdict {
    const number = (this.#numbers.get(operation) ?? 0) + 1
    this.#numbers.set(operation, number)
    const chance = (place: number) => draws(this.#seed, OPERATIONS.indexOf(operation), number, place)
    let latency: Latency | undefined
    let fault: Verdict['fault']
    for (const [index, entry] of this.#rules.entries()) {
      if (!this.#applies(entry, operation, method, path)) continue
      entry.seen++
      const { first, count, share } = entry.rule
      if (entry.seen < first || (count !== undefined && entry.seen >= first + count)) continue
      if (chance(index + 1)() >= share) continue
      if (entry.rule.fault.kind === 'latency') latency ??= entry.rule.fault
      else fault ??= entry.rule.fault
    }
    return { delayMs: drawLatency(latency ?? this.#latency, chance(0)), fault }
  }

  #applies({ rule, path }: Entry, operation: Operation, method: string, requestPath: string): boolean {
    const { match, fromMs, toMs } = rule
    const elapsed = this.#clock.now() - this.#start
    if ((fromMs !== undefined && elapsed < fromMs) || (toMs !== undefined && elapsed >= toMs)) return false
    if ((match?.operation ?? operation) !== operation || (match?.method ?? method) !== method) return false
    return path === undefined || path.test(requestPath)
  }
}

function drawLatency({ fixedMs, medianMs, p99Ms }: Latency, random: Random): number {
  if (medianMs === undefined || p99Ms === undefined) return fixedMs ?? 0
  return lognormal(random, medianMs, p99Ms)
}

/** A sequence of its own for each combination of numbers: the finaliser of MurmurHash3 over all of them. */
function draws(...key: readonly number[]): Random {
  let step = 0
  return () => {
    let state = step++
    for (const part of key) state = mix(state ^ mix(part + 0x9e3779b9))
    return mix(state) / 2 ** 32
  }
}

function mix(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function pathPattern(path: string): RegExp {
  const source = path.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
  if (!path.includes('*')) return new RegExp(`^${source}`)
  return new RegExp(`^${source.replaceAll(/\*+/g, (stars) => (stars === '*' ? '[^/]*' : '.*'))}$`)
}
