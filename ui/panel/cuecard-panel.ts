// `<cuecard-panel>`: the knowledge for the call that is going on.
import { html, LitElement } from 'lit'

export class CuecardPanel extends LitElement {
  protected override render() {
    return html`<slot></slot>`
  }
}

if (!customElements.get('cuecard-panel')) customElements.define('cuecard-panel', CuecardPanel)
