// What the system says of a file, as a clause of a sentence: a code such as ENOENT helps nobody.
const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'this user has no right to it'],
  ['EISDIR', 'it is a folder'],
  ['ENOTDIR', 'a part of its path is no folder'],
  ['ENOSPC', 'the disk is full'],
  ['EROFS', 'its file system can only be read'],
])

/** Why a file could not be `read` or `written`; a code that is not known here as it is. */
export function explainFileError(error: unknown, done: 'read' | 'written' = 'read'): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'for an unknown reason'
  if (code === 'ENOENT') return done === 'read' ? 'there is no such file' : 'its folder is not there'
  return reasons.get(code) ?? code
}
