// What the agent has unfolded of each card: its reasons, its whole passage, its whole article. Let go with the card.
import { htmlOfText } from './html-of-text.ts'
import type { Card } from './state.ts'

export interface UnfoldedPorts {
  /** The HTML of a whole article, where the page around has it. */
  readonly html: () => ((contentId: string) => Promise<string>) | null
  /** The plain text, where the service has it; to ask for it is recorded there as opened. */
  readonly text: (card: Card) => Promise<string> | null
  readonly opened: (card: Card) => void
  readonly failed: () => void
  /** Something that is shown has changed. */
  readonly changed: () => void
}

export class Unfolded {
  readonly #ports: UnfoldedPorts
  readonly #reasons = new Set<string>()
  readonly #passages = new Set<string>()
  readonly #articles = new Map<string, HTMLElement>()

  constructor(ports: UnfoldedPorts) {
    this.#ports = ports
  }

  /** How much of an item is unfolded. */
  of(contentId: string): { areReasonsOpen: boolean; isWhole: boolean; body: HTMLElement | null } {
    return {
      areReasonsOpen: this.#reasons.has(contentId),
      isWhole: this.#passages.has(contentId),
      body: this.#articles.get(contentId) ?? null,
    }
  }

  toggle(what: 'reasons' | 'whole', contentId: string): void {
    const set = what === 'reasons' ? this.#reasons : this.#passages
    if (!set.delete(contentId)) set.add(contentId)
    this.#ports.changed()
  }

  /** Shows the whole article in its card, or folds it away; one that is only at its address opens there. */
  async toggleArticle(card: Card): Promise<void> {
    const { contentId, url } = card.item
    if (this.#articles.delete(contentId)) return this.#ports.changed()
    try {
      const html = this.#htmlOf(card)
      if (html === null) return this.#openAddress(card)
      const [{ safeHtml }, text] = await Promise.all([import('./safe-html.ts'), html])
      this.#articles.set(contentId, safeHtml(text))
      this.#ports.changed()
    } catch {
      // The service has no copy of this one.
      if (isAddress(url)) this.#openAddress(card)
      else this.#ports.failed()
    }
  }

  /** Of all other cards nothing is kept. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const unfolded of [this.#reasons, this.#passages, this.#articles])
      for (const id of unfolded.keys()) if (!ids.has(id)) unfolded.delete(id)
  }

  /** Null: it is at its address only. */
  #htmlOf(card: Card): Promise<string> | null {
    const html = this.#ports.html()
    if (html === null) return this.#ports.text(card)?.then(htmlOfText) ?? null
    this.#ports.opened(card)
    return html(card.item.contentId)
  }

  #openAddress(card: Card): void {
    const { url } = card.item
    if (!isAddress(url)) return
    window.open(url, '_blank', 'noopener,noreferrer')
    this.#ports.opened(card)
  }
}

/** What may be opened in a tab of its own. */
export function isAddress(url: string | null): url is string {
  return url !== null && /^https?:/i.test(url)
}
