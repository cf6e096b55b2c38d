// Follows an interaction: opens its stream, and opens it again when it breaks.
import { type Api, ApiProblem } from '../shared/api.ts'
import { readEventStream } from '../shared/event-stream.ts'
import type { Retrieval } from './retrieval.ts'

export interface FeedOptions {
  readonly api: Api
  readonly interactionId: string
  readonly agentId: string
  /** The interaction's language, BCP 47; null: as the service knows it. */
  readonly language: string | null
  readonly maxResults: number
  readonly onOpen: () => void
  readonly onAnswer: (retrieval: Retrieval) => void
  /** Told of each failure; those that time does not mend end the feed. */
  readonly onProblem: (problem: ApiProblem) => void
  readonly onEnd: (reason: string) => void
}

/** Comments come every 5 seconds; a line that is silent for so long is dead, though nobody said so. */
const silenceMs = 16_000
const firstPauseMs = 500
const longestPauseMs = 15_000

/** @returns how to end it. */
export function follow(options: FeedOptions): () => void {
  const ending = new AbortController()
  void run(options, ending.signal)
  return () => ending.abort()
}

async function run(options: FeedOptions, ending: AbortSignal): Promise<void> {
  const { onProblem, onEnd } = options
  let failures = 0
  let lastEventId = ''
  while (!ending.aborted) {
    let pauseSeconds = 0
    try {
      const reason = await readOnce(options, ending, lastEventId, (id) => {
        lastEventId = id
        failures = 0
      })
      if (reason === 'interaction_ended' || reason === 'access_ended') return onEnd(reason)
      failures = reason === 'renew' ? 0 : failures + 1
    } catch (error) {
      if (ending.aborted) return
      const problem =
        error instanceof ApiProblem ? error : new ApiProblem(0, 'network.lost', 'The stream was cut off')
      failures++
      pauseSeconds = problem.retryAfter ?? 0
      // A line that breaks once and comes back is nothing that an agent needs to know.
      if (problem.status !== 0 || failures > 1 || !navigator.onLine) onProblem(problem)
      if (problem.status >= 400 && problem.status < 500 && problem.status !== 408 && problem.status !== 429)
        return
    }
    const backoff = failures === 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1))
    await pause(Math.max(pauseSeconds * 1000, backoff * (0.5 + Math.random() / 2)), ending)
  }
}

async function readOnce(
  { api, interactionId, agentId, language, maxResults, onOpen, onAnswer }: FeedOptions,
  ending: AbortSignal,
  lastEventId: string,
  onAlive: (id: string) => void,
): Promise<string> {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), silenceMs)
  try {
    const query = new URLSearchParams({ agentId, maxResults: String(maxResults) })
    if (language !== null) query.set('language', language)
    const response = await api.open(`/v1/interactions/${encodeURIComponent(interactionId)}/stream?${query}`, {
      signal: AbortSignal.any([ending, silence.signal]),
      headers: lastEventId === '' ? {} : { 'last-event-id': lastEventId },
    })
    onOpen()
    if (response.body === null) return 'cut'
    for await (const { id, event, data } of readEventStream(response.body)) {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), silenceMs)
      onAlive(id)
      if (event === 'retrieval') onAnswer(JSON.parse(data))
      if (event === 'end') return String(JSON.parse(data).reason)
    }
    return 'cut'
  } finally {
    clearTimeout(timer)
  }
}

/** Ends early when the network comes back or the feed ends. */
function pause(ms: number, ending: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      ending.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    addEventListener('online', done)
    ending.addEventListener('abort', done)
  })
}
