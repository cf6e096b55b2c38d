// The form of an endpoint, and the table that finds the endpoint of a request.
import type { Operation } from './operation.ts'
import { Refusal } from './refusal.ts'
import type { Token } from './tokens.ts'

/** One request as the core sees it, wherever it came from. */
export interface SimulatorRequest {
  readonly method: string
  /** Path and query, such as `/api/v2/users/me?expand=team`. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** What a handler gets. */
export interface Call {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly path: string
  readonly headers: SimulatorRequest['headers']
  readonly body: string
  /** Unique to this request and the same in each run with the same requests. */
  readonly correlationId: string
  /** Absent where none is asked for. */
  readonly token: Token | undefined
}

/** What a handler gives back; neither `body` nor `json` is 204's empty body. */
export interface Reply {
  readonly status: number
  readonly body?: unknown
  /** The body where it is already JSON. */
  readonly json?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Route {
  /** `control` routes steer the simulator: no fault, delay or count applies to them. */
  readonly operation: Operation | 'control'
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Such as `/api/v2/assistants/{assistantId}`. */
  readonly path: string
  /** The permission as in Genesys's definition; absent where it asks for none. */
  readonly permission?: string
  /** The scope that a token must have been granted, if the client's scopes are restricted. */
  readonly scope?: string
  readonly handle: (call: Call) => Reply
}

export interface Found {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/** All endpoints, found by method and path. */
export class RouteTable {
  readonly #bySize = new Map<number, { readonly route: Route; readonly segments: readonly string[] }[]>()

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const segments = route.path.split('/')
      const sameSize = this.#bySize.get(segments.length)
      if (sameSize === undefined) this.#bySize.set(segments.length, [{ route, segments }])
      else sameSize.push({ route, segments })
    }
  }

  /** The route, or the 404 or 405 to answer. A literal segment wins over a parameter if it stands first in the table. */
  find(method: string, path: string): Found | Refusal {
    const segments = path.split('/')
    const allowed = new Set<string>()
    for (const { route, segments: template } of this.#bySize.get(segments.length) ?? []) {
      const params = matchSegments(template, segments)
      if (params === undefined) continue
      if (route.method === method) return { route, params }
      allowed.add(route.method)
    }
    if (allowed.size === 0) return new Refusal(404, 'The simulator serves nothing at this path.')
    const allow = [...allowed].join(', ')
    return new Refusal(405, `This path allows ${allow}.`, { headers: { allow } })
  }
}

function matchSegments(
  template: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const params: Record<string, string> = {}
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? ''
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined
    } else {
      if (segment === '') return undefined
      params[part.slice(1, -1)] = decode(segment)
    }
  }
  return params
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
