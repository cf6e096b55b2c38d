// The endpoints below /simulator/ that steer a running simulator; no token, quota or fault applies to them.
import { z } from 'zod'
import { isCuecardError } from '../errors.ts'
import type { PlayOptions, PlayStats } from './conversation-player.ts'
import { type FaultPlan, type ParsedFaultPlan, parseFaultPlan } from './fault-plan.ts'
import { FAULTS, faultPreset } from './fault-preset.ts'
import { readBody } from './read-request.ts'
import { Refusal } from './refusal.ts'
import type { Call, Reply, Route } from './route.ts'

/** What can be steered. */
export interface Controls {
  readonly faults: () => ParsedFaultPlan | undefined
  readonly setFaults: (plan: FaultPlan | undefined) => void
  readonly stats: () => object
  readonly engagements: () => readonly object[]
  readonly revokeTokens: () => number
  readonly issueAgentToken: (name: string) => string
  readonly play: (options: PlayOptions) => number
  readonly stopPlaying: () => void
  readonly playStats: () => PlayStats
  readonly announceClosing: () => void
}

const presetRequest = z.strictObject({ preset: z.string(), seed: z.number().int().optional() })
const agentRequest = z.strictObject({ name: z.string().min(1).max(128) })

const playRequest = z.strictObject({
  conversations: z.array(z.string()).min(1).optional(),
  speed: z.number().min(0.1).max(10_000).optional(),
  gapSeconds: z.number().min(0).max(3600).optional(),
})

const help = {
  name: 'cuecard: a simulator of Genesys Cloud',
  endpoints: {
    'GET /simulator/': 'this help',
    'GET /simulator/faults': 'the fault plan in force',
    'PUT /simulator/faults': 'sets a fault plan, or one of the presets as {"preset": "hang"}',
    'DELETE /simulator/faults': 'ends all faults',
    'GET /simulator/stats':
      'calls by operation and status, faults by kind, tokens and what is left of their quota',
    'GET /simulator/engagements': 'what clients reported of the use of suggestions and documents',
    'POST /simulator/tokens/revoke': 'ends every token',
    'POST /simulator/plays':
      'plays conversations over the notification channels: {"speed": 10, "gapSeconds": 2, "conversations": [ids]}, or all with {}',
    'GET /simulator/plays': 'how many are being played, and were',
    'DELETE /simulator/plays': 'ends them where they are',
    'POST /simulator/sockets/close': 'announces to every WebSocket that it will be closed in a minute',
    'POST /simulator/tokens/agent': 'signs an agent in: {"name": "Ada"} yields a user token',
  },
  presets: FAULTS,
}

export function controlRoutes(controls: Controls): Route[] {
  const route = (method: Route['method'], path: string, handle: (call: Call) => Reply): Route => ({
    operation: 'control',
    method,
    path,
    handle,
  })
  const plan = () => ({ status: 200, body: { plan: controls.faults() ?? null } })
  return [
    route('GET', '/simulator', () => ({ status: 200, body: help })),
    route('GET', '/simulator/', () => ({ status: 200, body: help })),
    route('GET', '/simulator/faults', plan),
    route('PUT', '/simulator/faults', (call) => {
      controls.setFaults(readPlan(call))
      return plan()
    }),
    route('DELETE', '/simulator/faults', () => {
      controls.setFaults(undefined)
      return { status: 204 }
    }),
    route('GET', '/simulator/stats', () => ({ status: 200, body: controls.stats() })),
    route('GET', '/simulator/engagements', () => ({
      status: 200,
      body: { engagements: controls.engagements() },
    })),
    route('POST', '/simulator/tokens/revoke', () => ({
      status: 200,
      body: { revoked: controls.revokeTokens() },
    })),
    route('GET', '/simulator/plays', () => ({ status: 200, body: controls.playStats() })),
    route('POST', '/simulator/plays', (call) => ({
      status: 200,
      body: { started: controls.play(readBody(call, playRequest)) },
    })),
    route('DELETE', '/simulator/plays', () => {
      controls.stopPlaying()
      return { status: 204 }
    }),
    route('POST', '/simulator/sockets/close', () => {
      controls.announceClosing()
      return { status: 204 }
    }),
    route('POST', '/simulator/tokens/agent', (call) => ({
      status: 200,
      body: {
        access_token: controls.issueAgentToken(readBody(call, agentRequest).name),
        token_type: 'bearer',
      },
    })),
  ]
}

function readPlan(call: Call): FaultPlan {
  const body = readBody(call, z.unknown())
  try {
    if (typeof body === 'object' && body !== null && 'preset' in body) {
      const { preset, seed } = readBody(call, presetRequest)
      return faultPreset(preset, seed)
    }
    return parseFaultPlan(body)
  } catch (error) {
    if (!isCuecardError(error)) throw error
    const { field } = error.details
    throw new Refusal(400, error.message, {
      code: 'constraint.validation',
      ...(field === undefined ? {} : { field }),
    })
  }
}
