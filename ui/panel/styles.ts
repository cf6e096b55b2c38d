// How the panel looks: one column, a calm surface for each card, targets of at least 28 px.
import { css } from 'lit'

export const styles = css`
  :host { display: block; container-type: inline-size; overflow-wrap: anywhere; }
  :host([hidden]), [hidden] { display: none !important; }
  .all { display: flex; flex-direction: column; gap: 0.625rem; max-width: 80rem; margin: 0 auto; padding: 0.75rem; box-sizing: border-box; }
  h1, .quiet-label { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  h2, p, ol, ul, dl, dd { margin: 0; padding: 0; }
  ol, ul { list-style: none; }
  button, input { font: inherit; color: inherit; box-sizing: border-box; min-height: 1.875rem; min-width: 1.875rem; border-radius: 0.375rem; }
  button { cursor: pointer; border: 1px solid var(--line); background: var(--surface); padding: 0.125rem 0.5rem; }
  button:hover { border-color: var(--control); }
  button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
  button.plain { border-color: transparent; background: none; color: var(--quiet); padding: 0.125rem 0.25rem; }
  button.plain:hover { color: var(--text); border-color: var(--line); }
  button[aria-pressed='true'] { color: var(--accent); border-color: var(--accent); }
  svg { display: block; width: 1rem; height: 1rem; margin: auto; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round; }
  button[aria-pressed='true'] svg { fill: currentColor; }
  form { display: flex; gap: 0.375rem; }
  input { flex: 1; min-width: 0; border: 1px solid var(--control); background: var(--surface); padding: 0.125rem 0.5rem; }
  .line { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.25rem 0.5rem; min-height: 1.875rem; color: var(--quiet); }
  .cards { display: grid; gap: 0.625rem; }
  @container (min-width: 52rem) { .cards { grid-template-columns: 1fr 1fr; align-items: start; } }
  article, .note { background: var(--surface); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem; }
  article { display: grid; gap: 0.5rem; scroll-margin: 0.75rem; }
  article:focus-within { border-color: var(--accent); }
  h2 { font-size: 1rem; line-height: 1.3; font-weight: 600; }
  .passage { white-space: pre-line; max-width: 68ch; }
  .passage.cut { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 5; overflow: hidden; }
  .body { max-width: 68ch; border-inline-start: 3px solid var(--line); padding-inline-start: 0.75rem; }
  .body p, .body li { margin-block: 0.375rem; }
  .body ul, .body ol { list-style: revert; padding-inline-start: 1.25rem; }
  mark { background: var(--mark); color: inherit; border-radius: 0.125rem; }
  .facts { display: flex; flex-wrap: wrap; gap: 0.125rem 0.75rem; color: var(--quiet); font-size: 0.8125rem; }
  .chips { display: flex; flex-wrap: wrap; gap: 0.25rem; font-size: 0.75rem; font-weight: 600; }
  .chip { border: 1px solid currentColor; border-radius: 1rem; padding: 0 0.5rem; }
  .good { color: var(--good); }
  .warn { color: var(--warn); }
  .bad { color: var(--bad); }
  .actions { display: flex; flex-wrap: wrap; gap: 0.25rem; align-items: center; }
  .actions .icons { display: flex; margin-inline-start: auto; }
  .reasons { display: grid; gap: 0.25rem; font-size: 0.8125rem; }
  .reasons li { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) 3.25rem; gap: 0.5rem; align-items: center; }
  .reasons svg { width: 100%; height: 0.5rem; stroke: none; fill: var(--accent); }
  .reasons .against svg { fill: var(--bad); }
  .reasons span:last-child { text-align: end; font-variant-numeric: tabular-nums; }
  [dir='rtl'] .reasons svg { transform: scaleX(-1); }
  .note { display: grid; gap: 0.5rem; justify-items: start; }
  .note strong { font-size: 1rem; }
  .note form { width: 100%; flex-wrap: wrap; }
  .skeleton { display: grid; gap: 0.5rem; }
  .skeleton i { display: block; height: 0.75rem; border-radius: 0.25rem; background: var(--line); animation: breathe 1.6s ease-in-out infinite alternate; }
  .skeleton i:first-child { width: 60%; height: 1rem; }
  .skeleton i:last-child { width: 80%; }
  @keyframes breathe { to { opacity: 0.5; } }
  dialog { color: inherit; background: var(--surface); border: 1px solid var(--control); border-radius: 0.5rem; width: min(24rem, calc(100vw - 1.5rem)); max-height: calc(100vh - 1.5rem); box-sizing: border-box; padding: 0.75rem; }
  dialog li { display: flex; justify-content: space-between; align-items: center; gap: 0.5rem; padding: 0.125rem 0; }
  kbd { font: 600 0.875rem ui-monospace, monospace; }
  @media (forced-colors: active) { .reasons svg { fill: CanvasText; } .reasons .against svg { fill: GrayText; } mark { background: Mark; color: MarkText; } .skeleton i { background: GrayText; } }
`
