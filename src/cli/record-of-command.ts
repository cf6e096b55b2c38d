// The record for a command: opened in this thread, closed whatever happens.
import { systemClock } from '../clock.ts'
import { type ComposedRecord, composeRecord } from '../compose-record.ts'
import { loadRecordConfig } from '../config/load-config.ts'
import { CuecardError } from '../errors.ts'
import { idSource } from '../ids.ts'
import type { CommandContext } from './command-context.ts'
import { defaultDatabase } from './default-database.ts'
import type { OpenDeliveries } from './deliveries-command.ts'

/** Options that each command over the record has. */
export interface RecordOptions {
  readonly config?: string | undefined
}

/**
 * Runs `work` over the record that the configuration names.
 * @throws CuecardError `config.invalid`, `record.unavailable`, `record.incompatible`.
 */
export async function withRecord<T>(
  options: RecordOptions,
  context: CommandContext,
  work: (record: ComposedRecord) => Promise<T>,
): Promise<T> {
  const record = await openRecord(options, context)
  try {
    return await work(record)
  } finally {
    await record.close()
  }
}

/** The deliveries of the record that the configuration names. */
export const openDeliveries: OpenDeliveries = async (context, options) => {
  const record = await openRecord(options, context)
  return { deliveries: record.recorder.deliveries, close: () => record.close() }
}

/** @throws CuecardError `config.invalid`, `record.off`, `record.unavailable`, `record.incompatible`. */
export async function openRecord(
  { config: file }: RecordOptions,
  { environment }: CommandContext,
): Promise<ComposedRecord> {
  const record = await composeRecord(loadRecordConfig(environment, file, defaultDatabase), {
    clock: systemClock,
    newId: idSource(),
    random: Math.random,
    isInline: true,
    isExisting: true,
    onSettled: () => {},
    onCommitted: () => {},
  })
  if (record === undefined) throw new CuecardError('record.off', 'No database is configured')
  return record
}
