// The record for a command: opened in this thread, closed whatever happens.
import { systemClock } from '../clock.ts'
import { type ComposedRecord, composeRecord } from '../compose-record.ts'
import { loadRecordConfig } from '../config/load-config.ts'
import { CuecardError } from '../errors.ts'
import { idSource } from '../ids.ts'
import type { CommandContext } from './command-context.ts'

/** Where `cuecard serve` keeps its record unless told otherwise. */
export const defaultDatabase = { database: { url: 'sqlite:./cuecard.db' } }

/** Options that each command over the record has. */
export interface RecordOptions {
  readonly config?: string
}

/**
 * Runs `work` over the record that the configuration names.
 * @throws CuecardError `config.invalid`, `record.unavailable`, `record.incompatible`.
 */
export async function withRecord<T>(
  { config: file }: RecordOptions,
  { environment }: CommandContext,
  work: (record: ComposedRecord) => Promise<T>,
): Promise<T> {
  const record = composeRecord(loadRecordConfig(environment, file, defaultDatabase), {
    clock: systemClock,
    newId: idSource(),
    isInline: true,
    isExisting: true,
    random: Math.random,
    onSettled: () => {},
    onCommitted: () => {},
  })
  if (record === undefined) throw new CuecardError('record.off', 'No database is configured')
  try {
    return await work(record)
  } finally {
    await record.close()
  }
}
