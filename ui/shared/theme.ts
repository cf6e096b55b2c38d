// Colours, type and focus that the pages share. Each can be set from outside by its custom property.
import { css } from 'lit'

export const theme = css`
  :host {
    color-scheme: light dark;
    --text: var(--cuecard-text, light-dark(#1c2430, #e8ecf2));
    --quiet: var(--cuecard-quiet, light-dark(#535e6e, #a9b4c3));
    --page: var(--cuecard-page, light-dark(#f5f6f8, #14181e));
    --surface: var(--cuecard-surface, light-dark(#ffffff, #1e242c));
    --line: var(--cuecard-line, light-dark(#d5dae1, #38424f));
    --control: var(--cuecard-control, light-dark(#7b8798, #7f8b9c));
    --accent: var(--cuecard-accent, light-dark(#1553a8, #8ab8f8));
    --on-accent: var(--cuecard-on-accent, light-dark(#ffffff, #10161e));
    --mark: var(--cuecard-mark, light-dark(#fff0b8, #574a14));
    --good: var(--cuecard-good, light-dark(#17663a, #84d6a5));
    --warn: var(--cuecard-warn, light-dark(#8a4b00, #f0bd78));
    --bad: var(--cuecard-bad, light-dark(#a5221d, #ff9d96));
    color: var(--text);
    background: var(--page);
    font: 400 0.875rem/1.45 system-ui, sans-serif;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  @media (prefers-contrast: more) {
    :host {
      --quiet: var(--text);
      --line: var(--text);
      --control: var(--text);
    }
  }
  @media (forced-colors: active) {
    :focus-visible {
      outline-color: Highlight;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before {
      animation: none !important;
      transition: none !important;
    }
  }
`
