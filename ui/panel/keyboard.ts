// What a key press means: a chord of a command, the new chord of one that is being set, or leaving.
import { type Chords, type Command, chordOf, commandOf, withOwnChords } from './chords.ts'
import { keepOwnChord, readOwnChords } from './own-chords.ts'

export interface KeyboardPorts {
  readonly run: (command: Command) => void
  readonly escape: () => void
  /** Something that is shown has changed. */
  readonly changed: () => void
}

export class Keyboard {
  readonly #ports: KeyboardPorts
  chords: Chords = withOwnChords(readOwnChords())
  isHelpOpen = false
  /** The command whose next key press is its new chord. */
  remapping: Command | null = null

  constructor(ports: KeyboardPorts) {
    this.#ports = ports
  }

  handle(event: KeyboardEvent) {
    const target = event.composedPath()[0]
    if (event.defaultPrevented || event.isComposing) return
    if (this.remapping !== null) return this.#takeChord(event, this.remapping)
    if (event.key === 'Escape' && !this.isHelpOpen) return this.#ports.escape()
    const isTyping = target instanceof HTMLInputElement
    if (isTyping && !event.ctrlKey && !event.altKey && !event.metaKey) return
    const command = commandOf(event, this.chords)
    if (command === undefined || (this.isHelpOpen && command !== 'help')) return
    event.preventDefault()
    this.#ports.run(command)
  }

  toggleHelp(): void {
    this.isHelpOpen = !this.isHelpOpen
    this.#ports.changed()
  }

  closeHelp(): void {
    this.isHelpOpen = false
    this.remapping = null
    this.#ports.changed()
  }

  remap(command: Command): void {
    this.remapping = this.remapping === command ? null : command
    this.#ports.changed()
  }

  #takeChord(event: KeyboardEvent, command: Command): void {
    if (['Shift', 'Control', 'Alt', 'Meta', 'Tab'].includes(event.key)) return
    event.preventDefault()
    if (event.key !== 'Escape') keepOwnChord(command, chordOf(event))
    this.chords = withOwnChords(readOwnChords())
    this.remapping = null
    this.#ports.changed()
  }
}
