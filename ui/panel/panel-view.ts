// What stands around the cards: the search box, the line of news, the states without cards, and the keyboard's help.
import { html, nothing, type TemplateResult } from 'lit'
import { type Chords, type Command, commands } from './chords.ts'
import { fill, type Messages } from './messages.ts'
import { newCount, type PanelState, type Trouble } from './state.ts'

export interface PanelLook {
  readonly words: Messages
  readonly chords: Chords
  /** Whether Genesys's sign-in is set up. */
  readonly hasGenesys: boolean
  /** The last thing done, in words, for eyes and for screen readers. */
  readonly said: string
  /** What has come, for screen readers alone. */
  readonly announced: string
  readonly isHelpOpen: boolean
  /** The command whose next key press is its new chord. */
  readonly remapping: Command | null
  readonly search: (event: SubmitEvent) => void
  readonly leaveSearch: () => void
  readonly run: (command: Command) => void
  readonly signIn: () => void
  readonly useKey: (event: SubmitEvent) => void
  readonly retry: () => void
  readonly closeHelp: () => void
  readonly remap: (command: Command) => void
}

export function searchView({ query }: PanelState, { words, search, leaveSearch }: PanelLook): TemplateResult {
  return html`<form role="search" @submit=${search}>
      <input type="search" name="query" autocomplete="off" maxlength="2000" aria-label=${words.searchLabel}
        placeholder=${words.searchLabel} .defaultValue=${query}>
      <button type="submit" class="search" aria-label=${words.search} title=${words.search}>
        <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M7 2.500a4.500 4.500 0 1 1 0 9a4.500 4.500 0 1 1 0-9M10.500 10.500l3.500 3.500"></path></svg></button>
    </form>
    ${query === '' ? nothing : html`<div><button type="button" data-command="leave-search" @click=${leaveSearch}>${words.clear}</button></div>`}`
}

export function newsLine(state: PanelState, { words, said, announced, run }: PanelLook): TemplateResult {
  const count = newCount(state)
  const looking = state.wait === 'slow' && state.cards.length > 0 ? words.loading : ''
  // With cards on the screen the note stands below them, so that none of them moves when trouble comes.
  const trouble = state.trouble && state.cards.length > 0 ? words[troubleWords[state.trouble.kind][0]] : ''
  const undo = state.undo && fill(words.dismissed, { title: state.undo.card.item.title })
  return html`<div class="line">
    <span role="status">${undo ?? (said || looking || trouble)}</span>
    <span role="status" class="quiet-label">${announced}</span>
    <span class="actions">
      ${state.undo ? html`<button type="button" data-command="undo" @click=${() => run('undo')}>${words.undo}</button>` : nothing}
      ${count > 0 ? html`<button type="button" class="main" data-command="showNew" @click=${() => run('showNew')}>${fill(words.news, { n: count })}</button>` : nothing}
      <button type="button" class="plain" data-command="help" aria-label=${words.keys} title=${words.keys} @click=${() => run('help')}><kbd>?</kbd></button>
    </span>
  </div>`
}

const troubleWords: Readonly<Record<Trouble, readonly [keyof Messages, keyof Messages | null]>> = {
  offline: ['offline', 'offlineHelp'],
  'signed-out': ['signedOut', 'signedOutHelp'],
  'not-allowed': ['denied', 'deniedHelp'],
  failed: ['failed', null],
  ended: ['ended', 'endedHelp'],
}

/** Says why there is nothing, or nothing new; nothing at all where all is well. */
export function noteView(state: PanelState, look: PanelLook): TemplateResult | typeof nothing {
  const { words, retry } = look
  if (state.trouble !== null) {
    const { kind, detail } = state.trouble
    const [title, help] = troubleWords[kind]
    return html`<section class="note" data-state=${kind}>
      <strong>${words[title]}</strong><p>${help === null ? detail : words[help]}</p>
      ${kind === 'signed-out' ? signInView(look) : nothing}
      ${kind === 'failed' || kind === 'not-allowed' ? html`<button type="button" data-command="retry" @click=${retry}>${words.retry}</button>` : nothing}
    </section>`
  }
  if (state.cards.length > 0 || state.wait === 'asking') return nothing
  if (state.wait === 'slow')
    return html`<section class="skeleton" data-state="loading"><span class="quiet-label" role="status">${words.loading}</span>
      ${[1, 2].map(() => html`<div class="note skeleton"><i></i><i></i><i></i></div>`)}</section>`
  const answer = (state.query === '' ? state.live : state.found)?.retrieval
  if (answer === undefined) return note('listening', words.listening, words.listeningHelp)
  const { degraded, freshness, items } = answer
  if (
    items.length === 0 &&
    freshness.status === 'none' &&
    degraded !== null &&
    !degraded.code.startsWith('nothing.')
  )
    return html`<section class="note" data-state="failed"><strong>${words.failed}</strong><p>${degraded.message}</p>
      <button type="button" data-command="retry" @click=${retry}>${words.retry}</button></section>`
  return note('nothing', words.nothing, words.nothingHelp)
}

function note(state: string, title: string, help: string): TemplateResult {
  return html`<section class="note" data-state=${state}><strong>${title}</strong><p>${help}</p></section>`
}

function signInView({ words, hasGenesys, signIn, useKey }: PanelLook): TemplateResult {
  return html`${hasGenesys ? html`<button type="button" class="main" @click=${signIn}>${words.signIn}</button>` : nothing}
    <form @submit=${useKey}>
      <input type="password" name="key" autocomplete="off" required aria-label=${words.accessKey} placeholder=${words.accessKey}>
      <button type="submit">${words.useKey}</button>
    </form>`
}

const commandWords: Partial<Record<Command, keyof Messages>> = {
  reasons: 'why',
  more: 'more',
  showNew: 'news',
  help: 'keys',
}

export function helpView(look: PanelLook): TemplateResult {
  const { words, chords, isHelpOpen, remapping, closeHelp, remap } = look
  const label = (command: Command): string => {
    const key = commandWords[command] ?? (command in words ? (command as keyof Messages) : 'keys')
    const text = fill(words[key], { n: '' }).replace(/\s+/g, ' ').trim()
    return text.charAt(0).toLocaleUpperCase() + text.slice(1)
  }
  return html`<dialog aria-label=${words.keys} @close=${closeHelp}>
    ${
      isHelpOpen
        ? html`<div class="line"><strong>${words.keys}</strong><button type="button" @click=${closeHelp}>${words.close}</button></div>
      <ul>${commands.map(
        (command) => html`<li><span>${label(command)}</span><button type="button" data-remap=${command}
          aria-pressed=${`${remapping === command}`} aria-label=${`${label(command)}: ${chords[command]}`} @click=${() => remap(command)}>
          <kbd>${remapping === command ? '…' : chords[command]}</kbd></button></li>`,
      )}</ul>`
        : nothing
    }
  </dialog>`
}
