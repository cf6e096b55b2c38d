// The demo's call: its turns are spoken when the page asks for the next one, to cuecard and to the simulated Genesys.
import type { Article, Conversation } from '../../articles/article.ts'
import type { Cuecard, CuecardStats } from '../../cuecard.ts'
import { CuecardError } from '../../errors.ts'
import type { DemoAction, DemoStage, DemoState } from '../../http/demo-stage.ts'
import { faultPreset, type Simulator } from '../../simulator/index.ts'
import { demoAgentId, quotaPerMinute } from './sample-world.ts'
import { topicsAt } from './topics.ts'

type Turn = Conversation['turns'][number]

interface Call {
  readonly interactionId: string
  /** Its place among the conversations. */
  readonly index: number
  readonly script: Conversation
  readonly turns: Turn[]
  /** How many turns of the script were spoken; the others were made up. */
  spoken: number
}

interface LiveCallParts {
  readonly cuecard: Pick<Cuecard, 'updateContext'> & { stats(): Pick<CuecardStats, 'genesysCalls'> }
  readonly simulator: Pick<Simulator, 'setConversations' | 'setFaults'>
  readonly articles: readonly Article[]
  readonly conversations: readonly Conversation[]
  readonly newId: () => string
  readonly speed: number
}

/** Nobody talks longer. */
const maxTurns = 200

export class LiveCall implements DemoStage {
  readonly #parts: LiveCallParts
  #call: Call
  #isGenesysDown = false

  constructor(parts: LiveCallParts) {
    this.#parts = parts
    this.#call = this.#newCall(0)
  }

  state(): DemoState {
    const { interactionId, index, script, turns, spoken } = this.#call
    return {
      conversations: this.#parts.conversations.map(({ queue = 'Service', language = 'en' }) => ({
        title: queue,
        language,
      })),
      call: {
        interactionId,
        agentId: demoAgentId,
        conversation: index,
        language: script.language ?? 'en',
        turns,
        isOver: spoken >= script.turns.length || turns.length >= maxTurns,
      },
      isGenesysDown: this.#isGenesysDown,
      genesysCalls: this.#parts.cuecard.stats().genesysCalls,
      quotaPerMinute,
      speed: this.#parts.speed,
    }
  }

  async act(action: DemoAction): Promise<DemoState> {
    if (action.action === 'begin') this.#call = this.#newCall(action.conversation)
    else if (action.action === 'genesys') this.#takeGenesys(action.isDown)
    // A page that still shows an earlier call, or that another page was quicker than, sees how it is now.
    else if (action.interactionId === this.#call.interactionId) {
      const call = this.#call
      const next = call.script.turns[call.spoken]
      if (action.action === 'say') await this.#speak(call, { speaker: action.speaker, text: action.text })
      else if (next !== undefined && action.turns === call.turns.length) {
        call.spoken++
        await this.#speak(call, next)
      }
    }
    return this.state()
  }

  #newCall(index: number): Call {
    const script = this.#parts.conversations[index]
    if (script === undefined)
      throw new CuecardError('request.invalid', 'conversation: there is none with this number', {
        field: 'conversation',
      })
    return { interactionId: this.#parts.newId(), index, script, turns: [], spoken: 0 }
  }

  #takeGenesys(isDown: boolean): void {
    this.#parts.simulator.setFaults(isDown ? faultPreset('outage') : undefined)
    this.#isGenesysDown = isDown
  }

  /** Both sides hear it: the simulated Genesys, which makes its suggestions of it, and cuecard. */
  async #speak(call: Call, turn: Turn): Promise<void> {
    const { cuecard, simulator, articles } = this.#parts
    const { interactionId, script, turns, spoken } = call
    if (turns.length >= maxTurns) return
    turns.push(turn)
    simulator.setConversations([{ ...script, id: interactionId, turns: [...turns] }])
    const topics = topicsAt(script, articles, spoken - 1)
    await cuecard.updateContext(interactionId, {
      utterance: turn,
      language: script.language,
      queueId: script.queue,
      ...(topics.length > 0 && { tags: topics }),
    })
  }
}
