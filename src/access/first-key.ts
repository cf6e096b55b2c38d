// The first start with no credential configured: one key that may do everything, told once.
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CuecardError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import { roles } from './actor.ts'
import { apiKeyHash, apiKeyText } from './api-key-file.ts'

/** Beside the SQLite database, otherwise in the working directory. `databaseFile`: its path, if there is one. */
export function defaultKeysFile(databaseFile?: string): string {
  const folder = databaseFile === undefined || databaseFile === ':memory:' ? '.' : dirname(databaseFile)
  return join(folder, 'cuecard-keys.json')
}

/**
 * Makes the key file with one key of all roles and returns the key; undefined where the file is there already. The
 * key itself is kept nowhere.
 * @throws CuecardError `config.invalid`: the file cannot be made.
 */
export function firstKey(
  file: string,
  randomOf: (bytes: number) => Buffer = randomBytes,
): string | undefined {
  if (existsSync(file)) return undefined
  const id = 'first'
  const text = apiKeyText(id, randomOf(32))
  const keys = [{ id, hash: apiKeyHash(text), roles, note: 'made by the first start' }]
  try {
    const descriptor = openSync(file, 'wx', 0o600)
    try {
      writeFileSync(descriptor, `${JSON.stringify({ keys }, null, 2)}\n`)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    return text
  } catch (error) {
    // Another process was first: the key is its to tell.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined
    const reason = explainFileError(error, 'written')
    throw new CuecardError('config.invalid', `The key file ${file} cannot be made: ${reason}`, {
      field: 'access.apiKeysFile',
    })
  }
}
