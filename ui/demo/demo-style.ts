// How the demo looks, beside the theme that it shares with the panel.
import { css } from 'lit'

export const demoStyle = css`
  :host { display: flex; flex-direction: column; height: 100vh; min-height: 36rem; box-sizing: border-box; padding: 0.75rem 1rem; gap: 0.75rem; }
  header, .row { display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: end; }
  header { justify-content: space-between; align-items: center; }
  h1 { font-size: 1.25rem; margin: 0; }
  h2 { font-size: 1rem; margin: 0; }
  label { display: grid; gap: 0.125rem; min-width: 0; max-width: 100%; }
  select, button, textarea { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--control); border-radius: 4px; padding: 0.25rem 0.625rem; min-height: 2rem; box-sizing: border-box; max-width: 100%; }
  textarea { width: 100%; resize: vertical; }
  button { cursor: pointer; }
  button:disabled { opacity: 0.6; cursor: default; }
  .danger { color: var(--bad); border-color: var(--bad); font-weight: 600; }
  .good { color: var(--good); border-color: var(--good); font-weight: 600; }
  a { color: var(--accent); display: inline-block; padding: 0.375rem 0; }
  .quiet, dt { color: var(--quiet); font-weight: 400; }
  .problem { color: var(--bad); margin: 0; }
  .genesys { margin: 0; border-inline-start: 4px solid var(--good); padding: 0.25rem 0.75rem; background: var(--surface); }
  .genesys.down { border-color: var(--bad); font-weight: 600; }
  main { flex: 1; display: grid; grid-template: minmax(0, 1fr) / minmax(0, 3fr) minmax(18rem, 2fr); gap: 0.75rem; min-height: 0; }
  main.alone { display: block; max-width: 40rem; }
  section { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem; min-width: 0; display: flex; flex-direction: column; gap: 0.5rem; }
  .panel { padding: 0; overflow: auto; }
  .talk { flex: 1; padding: 0.25rem; overflow-y: auto; min-height: 0; display: flex; flex-direction: column; gap: 0.5rem; }
  .talk > p { margin: 0; max-width: 85%; padding: 0.375rem 0.625rem; border-radius: 6px; border: 1px solid var(--line); overflow-wrap: anywhere; }
  .talk b { display: block; font-size: 0.75rem; color: var(--quiet); }
  .customer { align-self: start; border-inline-start: 3px solid var(--accent) !important; }
  .agent { align-self: end; background: var(--page); }
  .end { align-self: center; text-align: center; }
  .end span { padding: 0.375rem 0; }
  form { display: grid; gap: 0.5rem; }
  dl { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin: 0; }
  dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
  @media (max-width: 50rem) {
    main { grid-template: auto / minmax(0, 1fr); }
    :host { height: auto; min-height: 100vh; }
    .panel { overflow: visible; }
    .talk { height: 22rem; flex: none; }
  }
`
