// The file of API keys: its form, the text form of a key, and how the file is changed without a half-written moment.
import { hash } from 'node:crypto'
import * as fs from 'node:fs'
import { type Document, isSeq, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { CuecardError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import { explainIssue } from '../explain-issue.ts'
import { plainText } from '../retrieval/retrieval-request.ts'
import { roles } from './actor.ts'

const keyId = z
  .string({ error: 'must be a string' })
  .regex(/^[a-z0-9]{1,32}$/, 'must be 1 to 32 of a-z and 0-9')

/** One key, as the file has it: never the key itself. */
export const apiKeySchema = z
  .strictObject({
    id: keyId,
    hash: z
      .string()
      .regex(
        /^sha256:[0-9a-f]{64}$/,
        'must be sha256: and 64 hexadecimal digits, as `cuecard keys create` writes them',
      ),
    roles: z.array(z.enum(roles, { error: `must be one of ${roles.join(', ')}` })).min(1),
    agentId: plainText(1, 128).optional(),
    divisions: z.array(plainText(1, 128)).max(1000).optional(),
    expiresAt: z.iso
      .datetime({ offset: true, error: 'must be an ISO 8601 time with a zone, such as 2027-03-31T22:00:00Z' })
      .optional(),
    note: plainText(1, 500).optional(),
  })
  .refine(
    ({ roles, agentId }) => agentId !== undefined || !roles.includes('agent') || roles.includes('service'),
    {
      path: ['agentId'],
      message: 'is missing; a key with the role agent acts for one agent, unless it is a service too',
    },
  )

export type ApiKey = z.output<typeof apiKeySchema>

const fileSchema = z
  .strictObject({ keys: z.array(apiKeySchema).max(10_000) })
  .superRefine(({ keys }, issues) => {
    const seen = new Set<string>()
    for (const [index, { id }] of keys.entries()) {
      if (seen.has(id))
        issues.addIssue({ code: 'custom', path: ['keys', index, 'id'], message: 'is there twice' })
      seen.add(id)
    }
  })

const keyForm = /^ck_([a-z0-9]{1,32})_[A-Za-z0-9_-]{43}$/

/** The text of a key: its id, and 32 random bytes in base64url. */
export function apiKeyText(id: string, secret: Buffer): string {
  return `ck_${id}_${secret.toString('base64url')}`
}

/** The id in the text of a key; undefined where the text is no key. */
export function apiKeyIdOf(text: string): string | undefined {
  return keyForm.exec(text)?.[1]
}

/** What the file keeps of a key: 256 random bits need no salt and no slow hash. */
export function apiKeyHash(text: string): string {
  return `sha256:${hash('sha256', text, 'hex')}`
}

/** Reads the file. @throws CuecardError `config.invalid` naming the file, the field and the line. */
export function readApiKeys(file: string): readonly ApiKey[] {
  return parseApiKeys(readText(file), file).keys
}

/**
 * Changes the file under a lock, in one step, with the rights and the owner that it had; a new one is readable by its
 * owner alone. Comments stay.
 * @throws CuecardError `config.invalid`, and whatever `change` throws.
 */
export function changeApiKeys(file: string, change: (keys: readonly ApiKey[]) => readonly ApiKey[]): void {
  const old = fs.statSync(file, { throwIfNoEntry: false })
  const target = old === undefined ? file : fs.realpathSync(file)
  const draft = `${target}.new`
  const mode = old === undefined ? 0o600 : old.mode & 0o770
  const descriptor = attempt(file, 'written', () => fs.openSync(draft, 'wx', mode))
  try {
    const before = parseApiKeys(old === undefined ? '{"keys": []}' : readText(file), file)
    const keys = change(before.keys)
    attempt(file, 'written', () => {
      if (old !== undefined) fs.fchownSync(descriptor, old.uid, old.gid)
      fs.writeFileSync(descriptor, rewritten(before, keys))
      fs.fsyncSync(descriptor)
      fs.renameSync(draft, target)
    })
  } catch (error) {
    fs.rmSync(draft, { force: true })
    throw error
  } finally {
    fs.closeSync(descriptor)
  }
}

interface KeyFile {
  readonly keys: readonly ApiKey[]
  readonly document: Document
  readonly isJson: boolean
}

function parseApiKeys(text: string, file: string): KeyFile {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, logLevel: 'error' })
  const [broken] = document.errors
  if (broken !== undefined)
    throw invalid(file, `it is neither YAML nor JSON at line ${broken.linePos?.[0].line ?? 1}`)
  const parsed = fileSchema.safeParse(jsOf(document, file))
  if (parsed.success) return { keys: parsed.data.keys, document, isJson: /^\s*\{/.test(text) }
  const { field, problem } = explainIssue(parsed.error)
  const line = lineCounter.linePos(offsetOf(document, parsed.error.issues[0]?.path ?? [])).line
  throw invalid(file, `${field === '' ? 'it' : field} ${problem} (line ${line})`, field)
}

function jsOf(document: Document, file: string): unknown {
  try {
    return document.toJS()
  } catch {
    throw invalid(file, 'it has more aliases than any key file needs')
  }
}

/** Where the value at `path` begins, or the nearest one around it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0])
  }
  return 0
}

function rewritten({ document, keys: before, isJson }: KeyFile, keys: readonly ApiKey[]): string {
  const list = document.get('keys')
  if (isJson || !isSeq(list)) return `${JSON.stringify({ keys }, null, 2)}\n`
  for (const [index, key] of [...before.entries()].reverse()) if (!keys.includes(key)) list.delete(index)
  for (const key of keys) if (!before.includes(key)) list.add(document.createNode(key))
  return document.toString()
}

function readText(file: string): string {
  return attempt(file, 'read', () => fs.readFileSync(file, 'utf8'))
}

function attempt<T>(file: string, done: 'read' | 'written', work: () => T): T {
  try {
    return work()
  } catch (error) {
    const isLocked = (error as NodeJS.ErrnoException).code === 'EEXIST'
    const reason = isLocked
      ? `${file}.new is there: another command is at work, or one was killed`
      : explainFileError(error, done)
    throw new CuecardError('config.invalid', `The key file ${file} cannot be ${done}: ${reason}`, {
      field: 'access.apiKeysFile',
    })
  }
}

function invalid(file: string, problem: string, field = ''): CuecardError {
  return new CuecardError('config.invalid', `The key file ${file} is invalid: ${problem}`, {
    field: field === '' ? 'access.apiKeysFile' : field,
  })
}
