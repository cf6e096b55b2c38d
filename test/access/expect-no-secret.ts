// Everything that a log line, a reporter or a debugger would make of an error, searched for what must not be in it.
import { inspect } from 'node:util'
import { expect } from 'vitest'

export function expectNoSecret(value: unknown, ...secrets: readonly string[]): void {
  const texts = [
    String(value),
    JSON.stringify(value) ?? '',
    JSON.stringify(value, Object.getOwnPropertyNames(value ?? {})) ?? '',
    inspect(value, { depth: 10, showHidden: true, getters: true }),
    inspect(value, { depth: 10, showHidden: true, customInspect: false }),
    ...(value instanceof Error ? [value.message, value.stack ?? ''] : []),
  ]
  for (const text of texts) for (const secret of secrets) expect(text).not.toContain(secret)
}
