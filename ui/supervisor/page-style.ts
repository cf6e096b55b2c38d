// How the page looks, beside the theme that it shares with the panel.
import { css } from 'lit'

export const pageStyle = css`
  :host { display: block; min-height: 100vh; }
  header, main { max-width: 72rem; margin-inline: auto; padding: 0.75rem 1rem; }
  header { display: flex; flex-wrap: wrap; gap: 0.5rem; justify-content: space-between; align-items: center; }
  h1 { font-size: 1.25rem; margin: 0; }
  h2 { font-size: 1.125rem; margin: 1rem 0 0.5rem; }
  h3, caption { font-size: 0.9375rem; font-weight: 600; margin: 0 0 0.5rem; text-align: start; }
  nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; border-block-end: 1px solid var(--line); }
  nav a { min-width: 1.5rem; white-space: nowrap; padding: 0.375rem 0; color: var(--accent); text-decoration: none; }
  nav a[aria-current] { border-block-end: 3px solid var(--accent); font-weight: 600; }
  section { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem; margin-block: 0.75rem; min-width: 0; }
  .row { display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: end; overflow-wrap: anywhere; }
  label { display: grid; gap: 0.125rem; min-width: 0; max-width: 100%; }
  input, select, button { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--control); border-radius: 4px; padding: 0.25rem 0.5rem; min-height: 2rem; box-sizing: border-box; max-width: 100%; }
  button { cursor: pointer; }
  .wide { width: 100%; }
  .danger { color: var(--bad); border-color: var(--bad); }
  .quiet { color: var(--quiet); }
  .problem { color: var(--bad); }
  .scroll { overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: start; padding: 0.25rem 0.75rem 0.25rem 0; border-block-end: 1px solid var(--line); vertical-align: top; font-variant-numeric: tabular-nums; }
  tbody th { font-weight: 400; min-width: 7rem; overflow-wrap: anywhere; }
  @media (max-width: 36rem) {
    table, caption, tbody, tr, th, td { display: block; }
    thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    tbody tr { border-block-end: 1px solid var(--line); padding-block: 0.25rem; }
    tbody th, td { border: 0; padding: 0.125rem 0; }
    tbody th { font-weight: 600; }
    td { display: flex; gap: 0.75rem; justify-content: space-between; overflow-wrap: anywhere; }
    td::before { content: attr(data-column); color: var(--quiet); flex: none; max-width: 50%; }
    td bdi { text-align: end; }
    td:not(:has(bdi:not(:empty))) { display: none; }
  }
  thead th { color: var(--quiet); font-weight: 600; }
  summary { min-height: 1.5rem; cursor: pointer; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 0.5rem; }
  .funnel { list-style: none; padding: 0; margin: 0.75rem 0; display: grid; gap: 0.25rem; }
  .funnel li { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: 0.5rem; align-items: center; }
  .funnel svg { width: 100%; height: 0.75rem; fill: var(--accent); }
  :host(:dir(rtl)) .funnel svg { transform: scaleX(-1); }
  @media (forced-colors: active) { .funnel svg { fill: CanvasText; } }
  .legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; list-style: none; padding: 0; margin: 0 0 0.5rem; }
  .legend li::before { content: ''; display: inline-block; inline-size: 1.25rem; border-block-start: 3px solid var(--accent); margin-inline-end: 0.375rem; vertical-align: middle; }
  .legend .line1::before { border-block-start: 3px dashed var(--warn); }
  .legend .line2::before { border-block-start: 3px dotted var(--good); }
  .legend .line3::before { border-block-start: 3px dashed var(--bad); }
  .alerts { color: var(--bad); margin: 0; padding-inline-start: 1.25rem; }
  .query { font-size: 1rem; font-weight: 600; margin: 0.5rem 0; overflow-wrap: anywhere; }
  dl { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; }
  dt { color: var(--quiet); }
  dd { margin: 0; overflow-wrap: anywhere; }
  ol, ul { padding-inline-start: 1.25rem; }
  .retrieval p { margin: 0.125rem 0; }
  .reason { margin-inline-end: 0.5rem; white-space: nowrap; }
  .verdict { margin-inline-end: 0.75rem; }
  .holds { color: var(--good); }
  .fails { color: var(--bad); font-weight: 600; }
  dialog { color: var(--text); background: var(--surface); border: 1px solid var(--control); border-radius: 6px; max-width: min(28rem, 90vw); }
`
