// The whole library with its record, in memory and in this thread.
import type { CuecardConfigInput } from '../../src/config/config-schema.ts'
import { type Options, start } from '../retrieval/start-cuecard.ts'

/** As `start`, with a record in a database of its own. */
export function startRecorded(
  options: Options & { readonly config?: Omit<CuecardConfigInput, 'genesys'> } = {},
) {
  return start({
    ...options,
    config: { database: { url: 'sqlite::memory:' }, ...options.config },
    ports: { recordInline: true, ...options.ports },
  })
}
