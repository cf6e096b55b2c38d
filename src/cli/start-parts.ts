// Starts what `cuecard serve` stands on: the record's threads first, which load while this thread does.
import type { CuecardConfig } from '../config/config-schema.ts'
import { WaitingWorkers } from '../ledger/thread-workers.ts'
import type { ServedParts, StartOptions } from './serve-command.ts'

/** @throws CuecardError `config.invalid`. */
export async function startParts(config: CuecardConfig, options?: StartOptions): Promise<ServedParts> {
  const workers = new WaitingWorkers()
  try {
    const { servedParts } = await import('./serve-parts.ts')
    return await servedParts(config, workers, options)
  } finally {
    await workers.close()
  }
}
