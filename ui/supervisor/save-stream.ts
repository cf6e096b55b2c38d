// Saves what may be larger than the browser's memory.
import { saveBlob } from './desk.ts'

interface SaveTarget {
  createWritable(): Promise<WritableStream<Uint8Array>>
}

/** Straight to the disk where the browser can; elsewhere the browser keeps it until it is whole. */
export async function saveStream(open: () => Promise<Response>, name: string): Promise<void> {
  const picker: unknown = Reflect.get(window, 'showSaveFilePicker')
  if (typeof picker !== 'function') return saveBlob(await (await open()).blob(), name)
  const target: SaveTarget = await picker.call(window, { suggestedName: name })
  const { body } = await open()
  await body?.pipeTo(await target.createWritable())
}
