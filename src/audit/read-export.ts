// The lines of an export out of its bytes: strict about every byte, and with bounded memory.
import { isAscii, isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'

/** Some lines, in order. */
export interface LineBatch {
  readonly lines: readonly string[]
  /** With the very last line, which then stands alone: SHA-256 over every byte before it, in hex. */
  readonly digest?: string
  /** What is wrong with the next line; no further batch follows. */
  readonly problem?: string
}

/** Bytes of a line at the most; a longer one is not read into memory. */
const maxLineBytes = 4 * 1024 * 1024
const sliceBytes = 1024 * 1024
const lineEnd = 0x0a

export async function* readExport(input: AsyncIterable<string | Uint8Array>): AsyncGenerator<LineBatch> {
  const digest = createHash('sha256')
  let held = Buffer.alloc(0)
  let rest: Uint8Array[] = []
  let restBytes = 0
  for await (const slice of slicesOf(input)) {
    const end = slice.lastIndexOf(lineEnd) + 1
    if (end > 0) {
      const block = Buffer.concat([held, ...rest, slice.subarray(0, end)])
      // The last line waits: only when no other follows is it known to be the seal.
      const cut = block.lastIndexOf(lineEnd, block.length - 2) + 1
      held = block.subarray(cut)
      rest = []
      restBytes = 0
      const ready = block.subarray(0, cut)
      digest.update(ready)
      const batch = decode(ready)
      yield batch
      if (batch.problem !== undefined) return
    }
    rest.push(slice.subarray(end))
    restBytes += slice.length - end
    if (restBytes > maxLineBytes) break
  }
  const last = decode(held)
  yield restBytes === 0 ? { ...last, digest: digest.digest('hex') } : last
  if (restBytes > maxLineBytes) yield { lines: [], problem: 'it is longer than 4 MB' }
  else if (restBytes > 0) yield { lines: [], problem: 'it has no line end: the export is cut off' }
}

/** Whole lines as text, up to the first one that is none. */
function decode(block: Buffer): LineBatch {
  const isText = isUtf8(block)
  const lines: string[] = []
  for (let from = 0, end = 0; from < block.length; from = end + 1) {
    end = block.indexOf(lineEnd, from)
    const line = block.subarray(from, end)
    if (!isText && !isUtf8(line)) return { lines, problem: 'it is not valid UTF-8' }
    // A line at a time: a block with one wide character in it would make wide strings, twice as slow, of all its lines.
    lines.push(line.toString(isAscii(line) ? 'latin1' : 'utf8'))
  }
  return { lines }
}

/** The input as bytes, in pieces that are not too large. */
async function* slicesOf(input: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  let highSurrogate = ''
  for await (const chunk of input) {
    let bytes = chunk
    if (typeof bytes === 'string') {
      // A character of two code units may be cut in two between chunks.
      const text = highSurrogate + bytes
      highSurrogate = /[\uD800-\uDBFF]$/.test(text) ? text.slice(-1) : ''
      bytes = Buffer.from(highSurrogate === '' ? text : text.slice(0, -1))
    }
    for (let from = 0; from < bytes.length; from += sliceBytes) yield bytes.subarray(from, from + sliceBytes)
  }
  if (highSurrogate !== '') yield Buffer.from(highSurrogate)
}
