// Remembers what clients told of their agents: engagement with suggestions, views, copies and feedback of documents.
import type { Operation } from './operation.ts'
import type { Route } from './route.ts'

/** One report that was accepted. */
export interface ReportedEngagement {
  readonly operation: Operation
  /** Ids of the path, such as `conversationId`. */
  readonly ids: Readonly<Record<string, string>>
  readonly body: unknown
}

/** The oldest ones are forgotten when there are more. */
const maxKept = 10_000

const reporting: ReadonlySet<Route['operation']> = new Set<Operation>([
  'knowledge-view',
  'knowledge-copy',
  'knowledge-presentation',
  'knowledge-feedback',
  'suggestion-engagement',
  'suggestion-feedback',
])

export class EngagementLog {
  readonly #kept: ReportedEngagement[] = []

  /** The oldest first. */
  get kept(): readonly ReportedEngagement[] {
    return structuredClone(this.#kept)
  }

  /** The same route, which remembers what it accepts. */
  watch(route: Route): Route {
    const { operation } = route
    if (operation === 'control' || !reporting.has(operation)) return route
    return {
      ...route,
      handle: (call) => {
        const reply = route.handle(call)
        this.#kept.push({ operation, ids: call.params, body: JSON.parse(call.body) })
        if (this.#kept.length > maxKept) this.#kept.shift()
        return reply
      },
    }
  }
}
