// What is known of the live interactions and whose they are, with everything that feeds it.
import { type Actor, isBoundToItself } from './access/actor.ts'
import { InteractionOwners } from './access/interaction-owners.ts'
import { useTypes } from './adoption/adoption-event.ts'
import { interactionTag } from './cache/with-cache.ts'
import type { Clock } from './clock.ts'
import type { ComposedGenesys } from './compose-genesys.ts'
import type { CuecardConfig } from './config/config-schema.ts'
import { type ContextUpdate, canonicalInteractionId } from './context/context-update.ts'
import { InteractionContexts } from './context/interaction-contexts.ts'
import { RecentRetrievals } from './context/recent-retrievals.ts'
import type { SharedContexts } from './context/shared-fields.ts'
import { channelCalls } from './notifications/channel-calls.ts'
import type { OpenSocket } from './notifications/socket.ts'
import { type Notifications, startNotifications } from './notifications/start-notifications.ts'
import type { Random } from './random.ts'
import type { SourceCall } from './retrieval/content-source.ts'
import type { Retrieval } from './retrieval/retrieval.ts'
import type { Chain } from './source-chains.ts'
import type { PushedSuggestions } from './sources/pushed-suggestions.ts'
import { copilotName } from './sources/suggestion.ts'
import type { Metrics } from './telemetry/metrics.ts'

/** The live interactions of one cuecard. */
export interface Interactions {
  readonly contexts: InteractionContexts
  readonly owners: InteractionOwners
  readonly notifications: Notifications | undefined
  /** What other processes know of an interaction, where that is worth waiting for. `id` is as a caller sent it. */
  readonly arrive: ((id: unknown) => Promise<void> | undefined) | undefined
  /** @throws CuecardError `request.invalid`, `access.denied`. */
  update(interactionId: string, update: ContextUpdate, actor: Actor): Promise<void>
  shown(retrieval: Retrieval): void
  /** What an agent did with something that a retrieval showed. */
  adopted(retrievalId: string, event: { readonly type: string; readonly contentId: string | null }): void
  close(): void
}

export interface InteractionPorts {
  readonly clock: Clock
  readonly random: Random
  readonly newId: () => string
  /** Undefined: only services say who takes part in what. */
  readonly genesys: Pick<ComposedGenesys, 'client' | 'isParticipant'> | undefined
  readonly chains: readonly Chain[]
  readonly shared: SharedContexts | undefined
  /** Undefined without notifications, as is the next. */
  readonly pushed: PushedSuggestions | undefined
  readonly openSocket: OpenSocket | undefined
  readonly metrics: Metrics | undefined
  readonly onNotice: ((notice: string) => void) | undefined
  /** A customer has finished a turn, or somebody has told what is new about the interaction. */
  readonly onTurn: (interactionId: string) => void
  /** The interaction is over, or forgotten. */
  readonly onEnd: (interactionId: string) => void
}

export function composeInteractions(config: CuecardConfig, ports: InteractionPorts): Interactions {
  const { clock, genesys, chains, shared, newId, metrics, pushed, openSocket } = ports
  const { maxInteractions: max, idleMinutes } = config.context
  const live = { clock, max, idleMs: idleMinutes * 60_000 }
  const outdate = (id: string, which = chains) =>
    Promise.all(which.map(({ cache }) => cache.outdate(interactionTag(id))))
  const turn = async (id: string) => {
    await outdate(id)
    ports.onTurn(id)
  }
  const contexts = new InteractionContexts({
    ...live,
    shared,
    newId,
    onArrived(id) {
      owners.takesPart(id, [])
      void turn(id)
    },
  })
  const owners = new InteractionOwners({
    ...live,
    isParticipant: genesys?.isParticipant ?? (async () => false),
    onForgotten(id) {
      contexts.forget(id)
      ports.onEnd(id)
    },
  })
  const suggesting = chains.filter(({ asked }) => asked.name === copilotName)
  const { agentIds, queueIds, maxChannels } = config.notifications
  const notifications =
    genesys &&
    pushed &&
    openSocket &&
    startNotifications(
      { agentIds, queueIds, maxChannels, idleMs: live.idleMs },
      {
        ...ports,
        calls: channelCalls({ client: genesys.client, clock }),
        open: openSocket,
        contexts,
        pushed,
        takesPart: (id, agents) => owners.takesPart(id, agents),
        // What is not yet said to the end changes no answer.
        onChanged(id, utterance) {
          if (utterance?.isFinal !== false) void (utterance?.speaker === 'agent' ? outdate(id) : turn(id))
        },
        onSuggested: (id) => void outdate(id, suggesting),
        onEnd(id) {
          contexts.end(id)
          ports.onEnd(id)
        },
        onLag: (seconds) => metrics?.notified(seconds),
      },
    )
  const recent = config.database && new RecentRetrievals(max)
  return {
    contexts,
    owners,
    notifications,
    arrive: shared && ((id) => (isShort(id) ? contexts.arrive(id.normalize('NFC').trim()) : undefined)),
    async update(interactionId, update, actor) {
      const id = canonicalInteractionId(interactionId)
      const call: SourceCall = { deadline: clock.now() + config.latencyBudgetMs, priority: 'interactive' }
      await owners.admit(actor, id, undefined, call)
      notifications?.follow(id)
      const before = contexts.get(id)
      // Of an agent's own: none may keep out what another one says by naming it first.
      const namespace = isBoundToItself(actor) ? `${actor.id}\n` : ''
      if (contexts.update(id, update, namespace) === before) return
      await (isOfAgentAlone(update) ? outdate(id) : turn(id))
    },
    shown({ retrievalId, interactionId, items }) {
      notifications?.follow(interactionId)
      contexts.show(interactionId, items)
      recent?.add(retrievalId, interactionId)
    },
    adopted(retrievalId, { type, contentId }) {
      const id = recent?.interactionOf(retrievalId)
      if (id === undefined || contentId === null) return
      if (type === 'dismissed') contexts.act(id, contentId, 'dismissed')
      else if (useTypes.some((use) => use === type)) contexts.act(id, contentId, 'used')
    },
    close: () => notifications?.close(),
  }
}

/** Nothing but what the agent says, or what is not yet said to the end: nobody asks for knowledge by that. */
function isOfAgentAlone({ utterance, ...told }: ContextUpdate): boolean {
  if (Object.keys(told).length > 0 || utterance === undefined || typeof utterance === 'string') return false
  return utterance.speaker === 'agent' || utterance.isFinal === false
}

function isShort(id: unknown): id is string {
  return typeof id === 'string' && id.length <= 128
}
