// One live interaction: what is heard, told, shown and done adds up to its context.
import { type InteractionContext, type Known, keptList, nothingKnown } from './interaction-context.ts'
import { turnsOf, type Utterance, withUtterance } from './utterances.ts'

/** What an agent did with something that was shown. */
export type Act = 'used' | 'dismissed'

/** So many ids of each kind are remembered. */
const idsKept = 100

/** Each method that adds something returns whether that changed the context. */
export class LiveInteraction {
  /** Undefined while nothing is known but what was shown. */
  context: InteractionContext | undefined
  /** On `Clock.now()`. */
  lastSeen: number
  #utterances: readonly Utterance[] = []
  /** Ids of utterances that came without a time: one that comes again would not be too old, as others are. */
  readonly #untimed = new Set<string>()
  readonly #shown = new Set<string>()
  readonly #acts = new Map<string, Act>()
  /** Weakly: its items belong to answers that the cache has long dropped. */
  #lastShown: WeakRef<readonly unknown[]> | undefined

  constructor(now: number) {
    this.lastSeen = now
  }

  get utterances(): readonly Utterance[] {
    return this.#utterances
  }

  learn(known: Known): boolean {
    const before = this.context ?? nothingKnown
    const tags = keptList(before.tags, known.tags)
    const entityIds = keptList(before.entityIds, known.entityIds)
    const { queueId = before.queueId, language = before.language } = known
    const isSame =
      tags === before.tags &&
      entityIds === before.entityIds &&
      queueId === before.queueId &&
      language === before.language
    if (isSame && this.context !== undefined) return false
    this.#renew({ ...before, tags, entityIds, queueId, language })
    return true
  }

  /** One without a time (NaN) stands where it stood, or after all others. */
  hear({ at, ...heard }: Utterance): boolean {
    const before = this.#utterances
    const here = before.find(({ id }) => id === heard.id)
    const isTimed = !Number.isNaN(at)
    if (!isTimed && here === undefined && this.#untimed.has(heard.id)) return false
    const place = isTimed ? at : (here?.at ?? (before.at(-1)?.at ?? 0) + 1)
    this.#utterances = withUtterance(before, { ...heard, at: place })
    if (this.#utterances === before) return false
    if (!isTimed) remember(this.#untimed, heard.id)
    this.#renew(this.context ?? nothingKnown)
    return true
  }

  /** What is shown becomes part of the context when that changes next. */
  show(items: readonly { readonly contentId: string }[]): void {
    // Most retrievals show the very list that the one before did.
    if (this.#lastShown?.deref() === items) return
    this.#lastShown = new WeakRef(items)
    for (const { contentId } of items) remember(this.#shown, contentId)
  }

  act(contentId: string, act: Act): boolean {
    if (this.#acts.get(contentId) === act) return false
    this.#acts.set(contentId, act)
    bound(this.#acts)
    if (this.context === undefined) return false
    this.#renew(this.context)
    return true
  }

  #renew(known: InteractionContext): void {
    this.context = {
      ...known,
      turns: turnsOf(this.#utterances),
      shown: [...this.#shown],
      used: this.#idsOf('used'),
      dismissed: this.#idsOf('dismissed'),
    }
  }

  #idsOf(wanted: Act): string[] {
    return [...this.#acts].filter(([, act]) => act === wanted).map(([id]) => id)
  }
}

function remember(ids: Set<string>, id: string): void {
  ids.delete(id)
  ids.add(id)
  bound(ids)
}

/** The oldest goes. */
function bound(ids: Set<string> | Map<string, unknown>): void {
  const [first] = ids.keys()
  if (ids.size > idsKept && first !== undefined) ids.delete(first)
}
