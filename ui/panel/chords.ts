// Keyboard chords: which one does what, as the agent may have set it, and whether a key press is one.

export const commands = [
  'next',
  'previous',
  'open',
  'copy',
  'insert',
  'dismiss',
  'undo',
  'pin',
  'rateUp',
  'rateDown',
  'reasons',
  'whole',
  'more',
  'showNew',
  'search',
  'help',
] as const
export type Command = (typeof commands)[number]
export type Chords = Readonly<Record<Command, string>>

/** Single keys count only while the focus is within the panel and in no text field (WCAG 2.1.4). */
export const defaultChords: Chords = {
  next: 'j',
  previous: 'k',
  open: 'o',
  copy: 'c',
  insert: 'i',
  dismiss: 'x',
  undo: 'u',
  pin: 'p',
  rateUp: '+',
  rateDown: '-',
  reasons: 'w',
  whole: 'l',
  more: 'm',
  showNew: 'n',
  search: '/',
  help: '?',
}

export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
}

/** Such as `j`, `Alt+Shift+K` or `?`. Shift is named only with keys that are letters or have a name. */
export function chordOf({ key, ctrlKey, altKey, metaKey, shiftKey }: KeyPress): string {
  const isLetter = /^\p{L}$/u.test(key)
  const parts = [ctrlKey && 'Ctrl', altKey && 'Alt', metaKey && 'Meta']
  const shift = shiftKey && (isLetter || key.length > 1) && 'Shift'
  return [...parts, shift, isLetter ? key.toLowerCase() : key].filter(Boolean).join('+')
}

export function commandOf(press: KeyPress, chords: Chords): Command | undefined {
  const chord = chordOf(press).toLowerCase()
  return commands.find((command) => chords[command].toLowerCase() === chord)
}

/** The default ones with those that were set; two commands of one chord, or an empty chord, leave the default. */
export function withOwnChords(own: Partial<Record<string, unknown>>): Chords {
  const chords: Record<Command, string> = { ...defaultChords }
  for (const command of commands) {
    const chord = own[command]
    if (typeof chord !== 'string' || chord === '') continue
    const isTaken = commands.some(
      (other) => other !== command && chords[other].toLowerCase() === chord.toLowerCase(),
    )
    if (!isTaken) chords[command] = chord
  }
  return chords
}
