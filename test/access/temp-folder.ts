// A folder for the files of one test file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { apiKeyHash, apiKeyText } from '../../src/access/api-key-file.ts'

export function tempFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'cuecard-access-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  let count = 0
  return {
    folder,
    path: () => join(folder, `file-${++count}`),
    /** A new file. */
    file: (content: string | object) => {
      const path = join(folder, `file-${++count}`)
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
      return path
    },
  }
}

/** The text of a key; the same seed gives the same. */
export const keyText = (id: string, seed = 1): string => apiKeyText(id, Buffer.alloc(32, seed))

/** Its entry in the file. */
export const entryOf = (text: string, more: object = {}) => ({
  id: text.split('_')[1],
  hash: apiKeyHash(text),
  roles: ['service'],
  ...more,
})
