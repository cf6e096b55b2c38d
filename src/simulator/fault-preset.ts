// A named fault plan for each thing that can go wrong: an outage run applies them one after the other.
import { CuecardError } from '../errors.ts'
import type { FaultPlan, FaultRule } from './fault-plan.ts'

const always = (fault: FaultRule['fault']): FaultRule[] => [{ fault }]
const api = { path: '/api/' }

const presets = {
  slow: always({ kind: 'latency', medianMs: 800, p99Ms: 5000 }),
  spikes: [{ share: 0.1, fault: { kind: 'latency', fixedMs: 3000 } }],
  'server-error': always({ kind: 'status', status: 500 }),
  'bad-gateway': always({ kind: 'status', status: 502 }),
  unavailable: always({ kind: 'status', status: 503, retryAfterSeconds: 5 }),
  'gateway-timeout': always({ kind: 'status', status: 504 }),
  flaky: [{ share: 0.3, fault: { kind: 'status', status: 503 } }],
  'rate-limit': [{ match: api, fault: { kind: 'rate-limit', retryAfterSeconds: 30 } }],
  'rate-limit-without-retry-after': [{ match: api, fault: { kind: 'rate-limit' } }],
  hang: always({ kind: 'hang' }),
  'slow-body': always({ kind: 'slow-body', ms: 5000 }),
  reset: always({ kind: 'reset' }),
  truncate: always({ kind: 'truncate' }),
  'wrong-json': always({ kind: 'wrong-json' }),
  'wrong-shape': always({ kind: 'wrong-shape' }),
  'revoke-tokens': [{ match: api, share: 0.1, fault: { kind: 'revoke-tokens' } }],
  'login-down': [
    { match: { operation: 'token' }, fault: { kind: 'status', status: 503 } },
    ...always({ kind: 'revoke-tokens' }),
  ],
  'missing-permission': [{ match: api, fault: { kind: 'missing-permission' } }],
  outage: always({ kind: 'outage' }),
} satisfies Record<string, FaultRule[]>

/** Name of a preset. */
export type FaultName = keyof typeof presets

/** The names of all presets, in the order in which an outage run applies them. */
export const FAULTS: readonly FaultName[] = Object.keys(presets) as FaultName[]

/** The plan of a preset. @throws CuecardError `config.invalid` for an unknown name. */
export function faultPreset(name: string, seed = 1): FaultPlan {
  const known = FAULTS.find((candidate) => candidate === name)
  if (known === undefined)
    throw new CuecardError('config.invalid', `There is no fault "${name}"; there are ${FAULTS.join(', ')}.`, {
      field: 'preset',
    })
  return { seed, rules: presets[known] }
}
