// Ends an export with a signature over all of it: what the tree cannot tell, a text or checkpoint left out, this does.
import { createHash, type KeyObject } from 'node:crypto'
import { sealLine, sealText } from './export-lines.ts'
import { signNote } from './signed-note.ts'

/** Takes the lines of an export as they go out, without their line ends, and makes the last one. */
export class ExportSeal {
  readonly #digest = createHash('sha256')

  add(line: string): void {
    this.#digest.update(line)
    this.#digest.update('\n')
  }

  /** The last line of the export. `privateKey`: the key that signs the log's checkpoints. Once only. */
  line(origin: string, privateKey: KeyObject): string {
    return sealLine(signNote(sealText(this.#digest.digest('hex')), origin, privateKey))
  }
}
