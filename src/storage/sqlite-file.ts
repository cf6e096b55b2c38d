// The file that a database address names.
import type { Secret } from '../secret.ts'

/** The file of a `sqlite:` address, or undefined for another one. */
export function sqliteFileOf(url: Secret): string | undefined {
  const text = url.reveal()
  return text.startsWith('sqlite:') ? text.slice('sqlite:'.length).replace(/^\/\/(?=\/|\.)/, '') : undefined
}
