// Nobody sees what is not for them: whatever is asked, moved, edited, broken and restarted between, from whatever cache.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isCuecardError } from '../../src/errors.ts'
import { faultPreset } from '../../src/simulator/index.ts'
import {
  type ActorName,
  agentIdOf,
  interactions,
  isBound,
  LeakWorld,
  labels,
  markers,
  participantOf,
} from './leak-world.ts'

const process = fc.constantFrom(0, 1)
const by = fc.constantFrom<ActorName>('ann', 'ann', 'bob', 'bob', 'cid', 'service')
const interaction = fc.constantFrom(...interactions)
const queries = ['refund the late fee', 'late fee of a card'] as const

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      process,
      by,
      interaction,
      query: fc.constantFrom(...queries, undefined),
      withEntity: fc.boolean(),
      /** Whom a service asks for; an agent that names another one is refused. */
      inNameOf: fc.constantFrom<ActorName>('ann', 'bob', 'cid'),
      maxResults: fc.constantFrom(undefined, 2),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('queue' as const),
      process,
      by: fc.constantFrom<ActorName>('service', 'service', 'ann', 'bob'),
      interaction,
      queue: fc.constantFrom('queue-vip', 'queue-vip', 'queue-other'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('say' as const), process, by, interaction }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('time' as const),
      ms: fc.constantFrom(1, 10, 30, 30, 250, 250, 5000, 61_000, 301_000, 400_000, 3_600_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      article: fc.nat(5),
      change: fc.oneof(
        fc.record({ label: fc.constantFrom(...labels) }),
        fc.record({ state: fc.constantFrom('Published', 'Published', 'Draft', 'Archived') }),
        fc.record({ expiresInMs: fc.constantFrom(20, 1000, 400_000) }),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      preset: fc.constantFrom(
        'none',
        'none',
        'hang',
        'server-error',
        'flaky',
        'reset',
        'wrong-shape',
        'login-down',
      ),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('follow' as const),
      process,
      by,
      interaction,
      inNameOf: fc.constantFrom<ActorName>('ann', 'bob', 'cid'),
      /** The answer before the last one is the last that was read. */
      resumes: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), process }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Sent {
  readonly step: Step
  /** Index of its step, and of the one before which the reply was there. */
  readonly at: number
  readonly doneBy: number
  readonly status: number
  readonly text: string
}

/** What was met over all runs: properties that never meet what they are about hold for nothing. */
const met = new Map<string, number>()
const meet = (what: string) => met.set(what, (met.get(what) ?? 0) + 1)

async function take(world: LeakWorld, step: Step, at: number, sent: Promise<Sent>[]): Promise<void> {
  const send = (process: number, by: ActorName, method: 'POST' | 'PUT', url: string, payload: object) => {
    const reply = world.send(process, by, method, url, payload)
    const told = reply.then(({ statusCode, body, headers }) => ({
      step,
      at,
      doneBy: world.step,
      status: statusCode,
      text: body + JSON.stringify(headers),
    }))
    sent.push(told)
    return told
  }
  switch (step.do) {
    case 'ask': {
      const { query, withEntity, maxResults } = step
      const agentId = agentIdOf(step.inNameOf)
      const own = step.by === 'service' ? agentId : agentIdOf(step.by)
      const request = {
        interactionId: step.interaction,
        agentId: at % 7 === 0 ? agentId : own,
        query,
        maxResults,
      }
      send(step.process, step.by, 'POST', '/v1/retrievals', {
        ...request,
        ...((withEntity || query === undefined) && { entityIds: ['product:card'] }),
      })
      return world.clock.advance(0)
    }
    case 'follow': {
      const { process, by, interaction: interactionId, inNameOf, resumes } = step
      const agentId = by === 'service' ? agentIdOf(inNameOf) : agentIdOf(by)
      const lastEventId = resumes ? world.eventIds.at(-2) : undefined
      const note = (status: number, text: string) =>
        sent.push(Promise.resolve({ step, at, doneBy: world.step, status, text }))
      const followed = world
        .follow(process, by, { interactionId, agentId }, lastEventId, (text) => {
          meet(`pushed to ${by}`)
          note(200, text)
        })
        .then(
          () => note(204, ''),
          (error) => note(isCuecardError(error, 'access.denied') ? 403 : 503, ''),
        )
      await world.clock.advance(0)
      void followed
      return
    }
    case 'queue': {
      const told = send(step.process, step.by, 'PUT', `/v1/interactions/${step.interaction}/context`, {
        queueId: step.queue,
      })
      told.then(
        ({ status }) => status === 204 && world.queues[step.process]?.set(step.interaction, step.queue),
      )
      return world.clock.advance(0)
    }
    case 'say':
      send(step.process, step.by, 'POST', `/v1/interactions/${step.interaction}/utterances`, {
        speaker: 'customer',
        text: 'late fee of a card',
      })
      return world.clock.advance(0)
    case 'time':
      return world.clock.advance(step.ms)
    case 'edit': {
      const change =
        'expiresInMs' in step.change
          ? { expires: world.clock.wallTime() + step.change.expiresInMs }
          : step.change
      return world.change(step.article, change)
    }
    case 'fault':
      return world.simulator.setFaults(step.preset === 'none' ? undefined : faultPreset(step.preset))
    case 'restart':
      // What is under way is finished first, as a process that ends does.
      await world.clock.advance(10_000)
      return world.start(step.process)
  }
}

async function run(steps: readonly Step[]): Promise<{ world: LeakWorld; sent: Sent[] }> {
  const world = new LeakWorld()
  for (const process of [0, 1]) await world.start(process)
  const sent: Promise<Sent>[] = []
  for (const [at, step] of steps.entries()) {
    world.step = at
    await take(world, step, at, sent)
  }
  world.step = steps.length
  world.simulator.setFaults(undefined)
  await world.clock.advance(60_000)
  for (const process of [0, 1]) await world.end(process)
  return { world, sent: await Promise.all(sent) }
}

const found = (text: string) =>
  [...text.matchAll(markers)].map(([, id, version]) => [Number(id), Number(version)] as const)

function checkAnswers(world: LeakWorld, sent: readonly Sent[]): void {
  const replies = new Map(world.answered.map((answer) => [answer.retrieval.retrievalId, answer]))
  for (const { text, status, step } of sent) {
    const answer = status === 200 ? replies.get(/"retrievalId":"([^"]+)"/.exec(text)?.[1] ?? '') : undefined
    if (answer === undefined) {
      expect(found(text), 'markers in a reply without items').toEqual([])
      meet(`status ${status}`)
      continue
    }
    const { retrieval, actor, queue } = answer
    meet(`freshness ${retrieval.freshness.status}`)
    for (const [id, version] of found(text)) {
      const wrong = world.wrongIn(answer, id, version)
      if (wrong !== undefined)
        throw new Error(`article ${id}, version ${version}: ${wrong}; ${JSON.stringify(step)} ${text}`)
      meet(`shown ${world.versions[id]?.[version]?.label} to ${actor.id === 'service' ? 'service' : 'agent'}`)
      if (queue !== undefined) meet(`shown in ${queue}`)
    }
    if (step.do === 'ask' && isBound(step.by) && retrieval.refused.length > 0) {
      meet('refused')
      for (const refused of JSON.parse(/"refused":(\[.*?\])/.exec(text)?.[1] ?? '') as object[])
        expect(Object.keys(refused).sort()).toEqual(['count', 'reason'])
    }
  }
}

/** Once the agent that takes part was let in, no other one is, until the process ends or a service names it. */
function checkOwnership(sent: readonly Sent[], steps: readonly Step[]): void {
  const replies = new Map(sent.map((one) => [one.at, one]))
  for (const process of [0, 1])
    for (const id of interactions) {
      const owner = participantOf(id)
      let ownedFrom = Number.POSITIVE_INFINITY
      const named = new Set<string>()
      for (const [at, step] of steps.entries()) {
        if (!('process' in step) || step.process !== process) continue
        if (step.do === 'restart') {
          ownedFrom = Number.POSITIVE_INFINITY
          named.clear()
          continue
        }
        if (step.interaction !== id) continue
        const { status = 0, doneBy = 0 } = replies.get(at) ?? {}
        if (step.by === 'service') {
          if ('inNameOf' in step) named.add(agentIdOf(step.inNameOf))
        } else if (agentIdOf(step.by) === owner) {
          if (status < 300) ownedFrom = Math.min(ownedFrom, doneBy)
        } else if (at > ownedFrom && !named.has(agentIdOf(step.by))) {
          meet('kept out')
          expect(status, `${step.by} in ${id}, step ${at}`).toBe(403)
        }
      }
    }
}

test('no item crosses an audience or outlives its label, state or window, and no agent gets into another one’s interaction', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
      const { world, sent } = await run(steps)
      expect(sent.filter(({ status }) => status >= 500)).toEqual([])
      checkAnswers(world, sent)
      checkOwnership(sent, steps)
    }),
    { numRuns: Number(globalThis.process.env.CUECARD_LEAK_RUNS ?? 60) },
  )
  for (const what of [
    'freshness fresh',
    'freshness stale',
    'status 403',
    'status 204',
    'refused',
    'kept out',
    'shown retail to agent',
    'shown private to agent',
    'shown vip to agent',
    'shown retail to service',
    'shown in queue-vip',
    'pushed to ann',
    'pushed to bob',
    'pushed to service',
  ])
    expect(met.get(what) ?? 0, what).toBeGreaterThan(0)
}, 120_000)
