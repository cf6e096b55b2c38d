// The chords that the agent has chosen, kept in this browser.
import type { Command } from './chords.ts'

const key = 'cuecard.chords'

export function readOwnChords(): Record<string, unknown> {
  try {
    const own: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    return typeof own === 'object' && own !== null ? { ...own } : {}
  } catch {
    return {}
  }
}

export function keepOwnChord(command: Command, chord: string): void {
  localStorage.setItem(key, JSON.stringify({ ...readOwnChords(), [command]: chord }))
}
