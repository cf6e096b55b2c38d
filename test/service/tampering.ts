// Random single changes to a real export: a byte, a line, the order, a cut.
import { verifyExport } from '../../src/audit/index.ts'
import { type Random, seededRandom } from '../../src/random.ts'

type Change = (lines: string[], at: number, random: Random) => void

const changes: Readonly<Record<string, Change>> = {
  byte(lines, at, random) {
    const bytes = Buffer.from(lines[at] ?? '')
    const place = Math.floor(random() * bytes.length)
    bytes[place] = (bytes[place] ?? 0) ^ (1 << Math.floor(random() * 7))
    lines[at] = bytes.toString('latin1')
  },
  drop: (lines, at) => void lines.splice(at, 1),
  repeat: (lines, at) => void lines.splice(at, 0, lines[at] ?? ''),
  swap: (lines, at) => void lines.splice(at, 2, lines[at + 1] ?? '', lines[at] ?? ''),
  cut: (lines, at) => void lines.splice(at),
}

/** Changes that were not found; all `count` are tried, each alone. */
export async function makeTampering(text: string, publicKey: string, count: number): Promise<string[]> {
  const random = seededRandom(9)
  const names = Object.keys(changes)
  const unfound: string[] = []
  for (let round = 0; round < count; round++) {
    const lines = text.split('\n').slice(0, -1)
    const name = names[round % names.length] ?? ''
    const at = Math.floor(random() * (lines.length - 1))
    changes[name]?.(lines, at, random)
    const changed = lines.map((line) => `${line}\n`).join('')
    const pieces = (async function* () {
      yield Buffer.from(changed)
    })()
    const { verified } = await verifyExport(pieces, { publicKey })
    if (verified && changed !== text) unfound.push(`${name} at line ${at}`)
  }
  return unfound
}
