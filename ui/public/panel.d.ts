/** `<cuecard-panel>`: the knowledge for the call that is going on. Importing the module defines the element. */
export declare class CuecardPanel extends HTMLElement {}

declare global {
  interface HTMLElementTagNameMap {
    'cuecard-panel': CuecardPanel
  }
}
