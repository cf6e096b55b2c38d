// The demo as its page drives it: a call that goes on turn by turn, and a Genesys Cloud that can be taken down.
import { z } from 'zod'

const speaker = z.enum(['customer', 'agent'])

/** What the page asks for. */
export const demoActionSchema = z.discriminatedUnion('action', [
  /** A new call of the conversation with this place in `conversations`. */
  z.strictObject({ action: z.literal('begin'), conversation: z.int().min(0).max(999) }),
  /** The turn after `turns` of them; nothing where another page was quicker. */
  z.strictObject({ action: z.literal('next'), interactionId: z.string().max(128), turns: z.int().min(0) }),
  /** Words that are in no script. */
  z.strictObject({
    action: z.literal('say'),
    interactionId: z.string().max(128),
    speaker,
    text: z.string().trim().min(1).max(2000),
  }),
  z.strictObject({ action: z.literal('genesys'), isDown: z.boolean() }),
])

export type DemoAction = z.infer<typeof demoActionSchema>

const whole = z.int().min(0)

export const demoStateSchema = z.strictObject({
  conversations: z.array(z.strictObject({ title: z.string(), language: z.string() })),
  call: z.strictObject({
    interactionId: z.string(),
    agentId: z.string(),
    conversation: whole,
    language: z.string(),
    turns: z.array(z.strictObject({ speaker, text: z.string() })),
    isOver: z.boolean(),
  }),
  isGenesysDown: z.boolean(),
  genesysCalls: whole,
  quotaPerMinute: whole,
  /** How many times faster than people talk. */
  speed: z.number(),
})

export type DemoState = z.infer<typeof demoStateSchema>

export interface DemoStage {
  state(): DemoState
  /** The state afterwards. @throws CuecardError `request.invalid`. */
  act(action: DemoAction): Promise<DemoState>
}
