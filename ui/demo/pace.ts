// How long the demo waits before the next turn.

const wordMs = 160
const shortestMs = 2000
const longestMs = 7000

/** Milliseconds, as somebody needs who reads along; the first turn comes soon. */
export function pauseAfter(text: string | undefined, speed: number): number {
  if (text === undefined) return shortestMs / 2 / speed
  const words = text.split(/\s+/).length
  return Math.min(Math.max(words * wordMs, shortestMs), longestMs) / speed
}
