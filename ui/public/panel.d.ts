/** `<cuecard-panel>`: the knowledge for the call that is going on. Importing the module defines the element. */
export declare class CuecardPanel extends HTMLElement {
  /** Attribute `interaction-id`. The Genesys conversation; 1..128 characters. */
  interactionId: string | null
  /** Attribute `agent-id`. The person helped; 1..128 characters. */
  agentId: string | null
  /** Attribute `language`. The interaction's, BCP 47; null: as the service knows it. The interface's is `lang`. */
  language: string | null
  /** Attribute `base-url`. Where cuecard is; default the page's own origin. */
  baseUrl: string
  /** Attribute `max-results`, 1..50; default 10. */
  maxResults: number
  /** The Bearer credential; null: signed out. */
  token: string | null
  /** Whether "Sign in with Genesys" is offered, which fires `cuecard-sign-in`. */
  hasGenesys: boolean
  /** Puts text into the agent's draft, on the agent's action only; null: "insert" copies. */
  insertText: ((text: string) => void) | null
  /** The HTML of a whole article. It is made harmless, and shown in place when the agent opens it. */
  bodyOf: ((contentId: string) => Promise<string>) | null
  /** The page around shows something else: what is drawn now does not count as shown. */
  isInBackground: boolean
  /** Attribute `has-articles`. Whether the service has whole articles (it does with a mirror), to be opened in place. */
  hasArticles: boolean
  /** Begins anew with the interaction that is set. */
  restart(): void
  /** Tells the agent that the sign-in at Genesys came to nothing. */
  tellSignInFailed(): void
  /** Takes a key press of the page around the panel. */
  handleKey(event: KeyboardEvent): void
}

declare global {
  interface HTMLElementTagNameMap {
    'cuecard-panel': CuecardPanel
  }
}
