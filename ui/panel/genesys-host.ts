// The panel inside Genesys Cloud: the widget's life, and text put into the agent's draft. A chunk of its own.
import ClientApp from 'purecloud-client-app-sdk'

export interface GenesysHost {
  /** Puts text at the cursor of the agent's draft, which the agent sends or not. On the agent's own action only. */
  insert(text: string): void
  close(): void
}

export interface HostOptions {
  readonly gcHostOrigin: string
  readonly gcTargetEnv: string
  /** The widget is looked at again: what is shown may be old. */
  readonly onFocus: () => void
  readonly onBlur: () => void
  /** Genesys ends the widget: what is left to do must be done now. */
  readonly onStop: () => void
}

/** @throws Error when the origin is none of Genesys's own. */
export function joinGenesys({
  gcHostOrigin,
  gcTargetEnv,
  onFocus,
  onBlur,
  onStop,
}: HostOptions): GenesysHost {
  const app = new ClientApp({ gcHostOrigin, gcTargetEnv })
  const { lifecycle } = app
  const stop = () => {
    onStop()
    lifecycle.stopped()
  }
  lifecycle.addBootstrapListener(() => lifecycle.bootstrapped(), true)
  // Genesys asks when the frame has loaded, which may be before this chunk has.
  lifecycle.bootstrapped()
  lifecycle.addFocusListener(onFocus)
  lifecycle.addBlurListener(onBlur)
  lifecycle.addStopListener(stop, true)
  return {
    insert: (text) => app.conversations.proposeInteractionMessage('insert', text),
    close() {
      lifecycle.removeFocusListener(onFocus)
      lifecycle.removeBlurListener(onBlur)
      lifecycle.removeStopListener(stop)
    },
  }
}
