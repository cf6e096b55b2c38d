// One card: title, passage, where it comes from, and what can be done with it.
import { html, nothing, svg, type TemplateResult } from 'lit'
import { directionOf, duration, type Language, timeAgo } from '../shared/locale.ts'
import type { Command } from './chords.ts'
import { markText } from './marked-text.ts'
import { fill, type Messages } from './messages.ts'
import { barsOf, sourceLabel } from './reasons.ts'
import type { Card, Rating } from './state.ts'

/** Why an agent puts an item aside. What is sent is the key, the same in each language. */
export const dismissReasons = ['wrongTopic', 'outdated', 'known'] as const
export type DismissReason = (typeof dismissReasons)[number]

export interface CardLook {
  readonly words: Messages
  readonly language: Language
  readonly now: number
  /** What was asked for, whose words are marked. */
  readonly query: string
  readonly isPinned: boolean
  readonly rating: Rating | undefined
  readonly areReasonsOpen: boolean
  /** Long passages are cut until the agent wants more. */
  readonly isWhole: boolean
  readonly isAskedWhy: boolean
  /** The whole article, made safe; null: not opened. */
  readonly body: DocumentFragment | HTMLElement | null
  readonly canOpen: boolean
  readonly act: (command: Command, card: Card) => void
  readonly dismiss: (card: Card, reason: DismissReason) => void
}

/** Younger than this an answer is as good as live. */
const liveSeconds = 5
/** Characters; a longer passage is shown by its first lines, so that several cards are seen at once. */
const longPassage = 280

export function cardView(card: Card, look: CardLook): TemplateResult {
  const { item } = card
  const { words, query, body, canOpen, areReasonsOpen, isWhole } = look
  const language = item.language ?? 'en'
  const does = (command: Command) => () => look.act(command, card)
  const icon = (command: Command, label: string, paths: readonly string[], isPressed?: boolean) =>
    html`<button type="button" class="plain" data-command=${command} aria-label=${`${label}: ${item.title}`} title=${label}
      aria-pressed=${isPressed === undefined ? nothing : `${isPressed}`} @click=${does(command)}>
      <svg viewBox="0 0 16 16" aria-hidden="true">${paths.map((path) => svg`<path d=${path}></path>`)}</svg></button>`
  const named = (command: Command, label: string, kind = '') =>
    html`<button type="button" class=${kind} data-command=${command} aria-label=${`${label}: ${item.title}`}
      @click=${does(command)}>${label}</button>`
  const unfolds = (command: Command, label: string, isOpen: boolean) =>
    html`<button type="button" class="plain" data-command=${command} aria-expanded=${`${isOpen}`} @click=${does(command)}>
      ${label}<span class="quiet-label">: ${item.title}</span></button>`
  return html`<article tabindex="-1" data-id=${item.contentId} aria-label=${item.title}>
    ${chips(card, look)}
    <h2 lang=${language} dir=${directionOf(language)}>${marked(item.title, query, language)}</h2>
    <p class="passage ${item.snippet.length > longPassage && !isWhole ? 'cut' : ''}" lang=${language} dir=${directionOf(language)}>${marked(item.snippet, query, language)}</p>
    ${body === null ? nothing : html`<div class="body" lang=${language} dir=${directionOf(language)}>${body}</div>`}
    ${facts(card, look)}
    <div class="actions">
      ${canOpen ? named('open', words.open) : nothing} ${named('copy', words.copy)}
      ${named('insert', words.insert, 'main')}
      <span class="icons">
      ${icon('pin', look.isPinned ? words.unpin : words.pin, ['M6 2h4v5l2 2H4l2-2zM8 9v5'], look.isPinned)}
      ${icon('rateUp', words.rateUp, ['M2 7h3v7H2zM5 7l3-5c2 0 2 1 1 4h5l-1.500 8H5'], look.rating === 'positive')}
      ${icon('rateDown', words.rateDown, ['M2 9h3V2H2zM5 9l3 5c2 0 2-1 1-4h5l-1.500-8H5'], look.rating === 'negative')}
      ${icon('dismiss', words.dismiss, ['M4 4l8 8M12 4l-8 8'])}</span>
    </div>
    ${look.isAskedWhy ? whyNot(card, look) : nothing}
    <div class="actions">
      ${unfolds('reasons', words.why, areReasonsOpen)}
      ${item.snippet.length > longPassage ? unfolds('whole', words.whole, isWhole) : nothing}
    </div>
    ${areReasonsOpen ? reasonList(card, look) : nothing}
  </article>`
}

function marked(text: string, query: string, language: string) {
  // Most of the time nothing was searched for, and a text alone is drawn much faster than a list of parts.
  if (query === '') return text
  return markText(text, query, language).map(({ text, isMarked }) =>
    isMarked ? html`<mark>${text}</mark>` : text,
  )
}

function chips({ item, freshness, isDegraded, arrivedAt }: Card, { words, language, now }: CardLook) {
  const seconds = (freshness.ageSeconds ?? 0) + Math.max(0, now - arrivedAt) / 1000
  const age = duration(language, seconds)
  const isCopy = freshness.status === 'mirror' || item.source === 'mirror'
  const [kind, text] = isCopy
    ? // The copy is also asked while Genesys is well: only where it stands in for Genesys is that a warning.
      isDegraded
      ? ['warn', fill(words.offlineCopy, { age })]
      : ['', fill(words.localCopy, { age })]
    : freshness.status === 'fresh' && seconds < liveSeconds
      ? ['good', words.live]
      : ['', fill(words.cached, { age })]
  return html`<div class="chips">
    <span class="chip ${kind}">${text}</span>
    ${item.isCompliant ? html`<span class="chip good">${words.compliant}</span>` : nothing}
  </div>`
}

function facts({ item }: Card, { words, language, now }: CardLook) {
  const label = sourceLabel(item.source)
  const updated = item.updatedAt === null ? Number.NaN : Date.parse(item.updatedAt)
  return html`<div class="facts">
    <span>${label === undefined ? item.source : words[label]}</span>
    ${item.version === null ? nothing : html`<span title=${item.version}>${fill(words.version, { version: shortVersion(item.version) })}</span>`}
    ${
      Number.isNaN(updated)
        ? nothing
        : html`<time datetime=${item.updatedAt ?? ''}>${fill(words.updated, { when: timeAgo(language, updated, now) })}</time>`
    }
  </div>`
}

/** Genesys names versions by UUIDs; the first part tells two of them apart. */
function shortVersion(version: string): string {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(version) ? version.slice(0, 8) : version
}

function whyNot(card: Card, { words, dismiss }: CardLook) {
  return html`<div class="actions" role="group" aria-label=${words.dismissWhy}>
    <span>${words.dismissWhy}</span>
    ${dismissReasons.map(
      (reason) =>
        html`<button type="button" data-reason=${reason} @click=${() => dismiss(card, reason)}>${words[reason]}</button>`,
    )}
  </div>`
}

function reasonList({ item }: Card, { words, language }: CardLook) {
  const points = new Intl.NumberFormat(language, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    signDisplay: 'exceptZero',
  })
  return html`<ul class="reasons">${barsOf(item.explanation).map(
    ({ label, contribution, share }) => html`<li class=${contribution < 0 ? 'against' : ''}>
      <span>${words[label]}</span>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width=${share * 100} height="8"></rect></svg>
      <span>${points.format(contribution)}</span></li>`,
  )}</ul>`
}
