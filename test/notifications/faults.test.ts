// Whatever happens to the messages, what is said stands in the context once, in the order of speaking.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { turnsKept } from '../../src/context/utterances.ts'
import type { FaultPlan } from '../../src/simulator/index.ts'
import { conversationOf, lengthOf, startFollowing } from './start-following.ts'

const share = fc.constantFrom(0, 0.02, 0.1, 0.3)
const lag = fc.oneof(
  fc.record({ fixedMs: fc.integer({ min: 0, max: 30_000 }) }),
  fc
    .record({ medianMs: fc.integer({ min: 1, max: 2000 }), factor: fc.integer({ min: 1, max: 3 }) })
    .map(({ medianMs, factor }) => ({ medianMs, p99Ms: medianMs * factor })),
)
const conversation = fc
  .array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 30 })
  .map((words) => conversationOf('c-1', words))
const seed = fc.nat()

/** Plays one conversation, and looks before it is forgotten. */
async function play(talk: ReturnType<typeof conversationOf>, plan: FaultPlan) {
  const parts = startFollowing({ simulator: { conversations: [talk] } })
  const { clock, simulator, notifications } = parts
  notifications.follow('c-1')
  await clock.advance(1000)
  simulator.setFaults(plan)
  simulator.play()
  await clock.advance(lengthOf(talk) + 40_000)
  const turns = parts.turns('c-1')
  // A connection that has fallen silent is believed to be broken after a minute.
  await clock.advance(75_000)
  const { stats } = notifications
  parts.close()
  return { ...parts, turns, stats }
}

interface Transcripts {
  readonly transcripts: readonly {
    readonly utteranceId: string
    readonly isFinal: boolean
    readonly channel: string
    readonly alternatives: readonly { readonly offsetMs: number; readonly transcript: string }[]
  }[]
}

/** The final utterances that came over any socket: each once, the last ones, in the order of speaking. */
function finalsOf(came: readonly { readonly topicName: string; readonly eventBody: unknown }[]) {
  const byId = new Map<string, { at: number; text: string; speaker: string }>()
  for (const { topicName, eventBody } of came) {
    if (!topicName.endsWith('.transcription')) continue
    for (const { utteranceId, isFinal, channel, alternatives } of (eventBody as Transcripts).transcripts) {
      const [best] = alternatives
      if (!isFinal || best === undefined) continue
      const speaker = channel === 'EXTERNAL' ? 'customer' : 'agent'
      byId.set(utteranceId, { at: best.offsetMs, text: best.transcript, speaker })
    }
  }
  return [...byId.values()].sort((a, b) => a.at - b.at).map(({ at: _, ...turn }) => turn)
}

test('late, disordered and doubled messages, and channels that close: every final utterance, once, in order', async () => {
  const plan = fc.record({ seed, notifications: fc.record({ lag, duplicates: share, closings: share }) })
  await fc.assert(
    fc.asyncProperty(conversation, plan, async (talk, faults) => {
      const { turns, stats } = await play(talk, faults)
      expect(turns).toEqual(talk.turns.slice(-turnsKept))
      expect(stats.gaps).toBe(0)
    }),
    { numRuns: 40 },
  )
}, 60_000)

test('connections that break or fall silent too: what came, once, in order; and what is missed is told', async () => {
  const plan = fc.record({
    seed,
    notifications: fc.record({ lag, duplicates: share, closings: share, cuts: share, silences: share }),
  })
  await fc.assert(
    fc.asyncProperty(conversation, plan, async (talk, faults) => {
      const { turns, came, stats } = await play(talk, faults)
      const finals = finalsOf(came)
      expect(turns.filter(({ isPartial }) => !isPartial)).toEqual(finals.slice(-turnsKept))
      // What is lost with a connection that fell silent while another one took over is lost unseen.
      const isSeen = faults.notifications.silences === 0 || faults.notifications.closings === 0
      if (isSeen && finals.length < talk.turns.length) expect(stats.gaps).toBeGreaterThan(0)
    }),
    { numRuns: 40 },
  )
}, 60_000)

test('Genesys out of order as well: it comes back by itself, and later words are heard', async () => {
  const fault = fc.constantFrom(
    { kind: 'outage' as const },
    { kind: 'reset' as const },
    { kind: 'hang' as const },
    { kind: 'wrong-shape' as const },
    { kind: 'revoke-tokens' as const },
    { kind: 'rate-limit' as const },
  )
  await fc.assert(
    fc.asyncProperty(fault, seed, async (kind, number) => {
      const talk = conversationOf('c-1', Array(40).fill(10))
      const { turns } = await play(talk, {
        seed: number,
        rules: [{ toMs: 60_000, share: 0.7, fault: kind }],
        notifications: { cuts: 0.02 },
      })
      expect(turns.filter(({ isPartial }) => !isPartial).length).toBeGreaterThan(turnsKept / 2)
    }),
    { numRuns: 12 },
  )
}, 60_000)
