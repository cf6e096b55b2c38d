// The page /panel: reads its address, signs in, and is a Genesys widget where Genesys is its host.
import { Api } from '../shared/api.ts'
import { chooseLanguage, directionOf } from '../shared/locale.ts'
import { keepToken, openSession, readSettings, readToken } from '../shared/session.ts'
import { signInByPopup } from '../shared/sign-in-popup.ts'
import { CuecardPanel } from './cuecard-panel.ts'

const query = new URLSearchParams(location.search)
const panel = new CuecardPanel()
const api = new Api({ token: readToken })
panel.lang = chooseLanguage([query.get('lang') ?? query.get('pcLangTag'), ...navigator.languages])
panel.language = query.get('language')
document.documentElement.lang = panel.lang
document.documentElement.dir = directionOf(panel.lang)
document.addEventListener('keydown', (event) => {
  if (!event.composedPath().includes(panel)) panel.handleKey(event)
})

/** Tells the panel who is signed in. An agent who names nobody is itself. */
async function enter(): Promise<void> {
  const session = await openSession(api).catch(() => undefined)
  panel.agentId = query.get('agentId') ?? session?.agentId ?? session?.id ?? 'agent'
  panel.interactionId = query.get('interactionId') ?? query.get('pcConversationId') ?? null
  // Where the service could not say, the panel's own calls tell why.
  panel.token = session === null ? null : readToken()
  if (panel.isConnected) return
  const main = document.createElement('main')
  main.append(panel)
  document.body.append(main)
}

panel.addEventListener('cuecard-key', (event) => {
  if (!(event instanceof CustomEvent)) return
  keepToken(String(event.detail))
  void enter()
})
panel.addEventListener('cuecard-sign-in', () => void signIn().catch(() => panel.tellSignInFailed()))

async function signIn(): Promise<void> {
  const { genesys } = await settings
  if (genesys === null) return
  keepToken(await signInByPopup({ ...genesys, redirectUri: `${location.origin}/ui/signed-in.html` }))
  await enter()
}

/** Where Genesys is the host; one that is none of Genesys's own origins gets no word. */
async function joinHost(gcHostOrigin: string): Promise<void> {
  const { joinGenesys } = await import('./genesys-host.ts')
  const host = joinGenesys({
    gcHostOrigin,
    gcTargetEnv: query.get('gcTargetEnv') ?? '',
    onFocus: () => {
      panel.isInBackground = false
    },
    onBlur: () => {
      panel.isInBackground = true
    },
    onStop: () => panel.remove(),
  })
  panel.insertText = (text) => host.insert(text)
}

const settings = readSettings()
settings.then(
  ({ genesys, hasArticles }) => {
    panel.hasGenesys = genesys !== null
    panel.hasArticles = hasArticles
  },
  () => {},
)
const gcHostOrigin = query.get('gcHostOrigin')
// Before anything is waited for: Genesys asks soon whether the widget is up.
if (gcHostOrigin !== null) void joinHost(gcHostOrigin).catch(() => {})
await enter()
