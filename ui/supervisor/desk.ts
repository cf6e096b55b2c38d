// What each view needs of the page around it, and what the views draw alike.
import { html, nothing, type TemplateResult } from 'lit'
import type { Permission } from '../../src/access/actor.ts'
import { type Api, ApiProblem } from '../shared/api.ts'
import { csvOf, type DataTable } from './data-table.ts'
import type { Figures } from './figures.ts'
import type { MessageKey } from './messages.ts'
import type { ViewState } from './view-address.ts'

export interface Desk {
  readonly api: Api
  readonly figures: Figures
  readonly state: ViewState
  /** The interface's. */
  readonly language: string
  say(key: MessageKey): string
  may(permission: Permission): boolean
  /** Draws again. */
  redraw(): void
  /** Changes what is looked at, and the address with it. */
  go(change: Partial<ViewState>): void
  /** A credential was refused. */
  signedOut(): void
}

export interface ViewPart {
  /** Asks the service for what the state names. */
  load(): Promise<void>
  render(): unknown
}

/** A problem in words; null where the credential was refused, which the page itself tells. */
export function problemText(desk: Desk, error: unknown): string | null {
  if (!(error instanceof ApiProblem)) throw error
  if (error.status === 401) {
    desk.signedOut()
    return null
  }
  if (error.status === 0) return desk.say('unreachable')
  if (error.status === 403) return desk.say('notForRole')
  if (error.code === 'record.off') return desk.say('recordOff')
  if (error.code === 'record.not_found') return desk.say('notFound')
  return error.message
}

/**
 * A table with its caption; an empty one says so. Where it is narrow its cells stand below each other, each with its
 * column's name; the roles keep it a table then, which its style alone would not.
 */
export function tableOf(desk: Desk, { caption, columns, rows }: DataTable): TemplateResult {
  if (rows.length === 0) return html`<h3>${caption}</h3><p class="quiet">${desk.say('nothing')}</p>`
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table role="table">
      <caption>${caption}</caption>
      <thead role="rowgroup"><tr role="row">${columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}</tr></thead>
      <tbody role="rowgroup">
        ${rows.map(
          ([name, ...cells]) =>
            html`<tr role="row"><th role="rowheader" scope="row"><bdi>${name}</bdi></th>${cells.map(
              (cell, place) =>
                html`<td role="cell" data-column=${columns[place + 1] ?? ''}><bdi>${cell}</bdi></td>`,
            )}</tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

export function problemOf(problem: string | null): TemplateResult | typeof nothing {
  return problem === null ? nothing : html`<p class="problem" role="alert">${problem}</p>`
}

/** Before a view's figures are there, or where they could not be had. */
export function pendingOf(desk: Desk, problem: string | null): TemplateResult | typeof nothing {
  return problem === null
    ? html`<p class="quiet" role="status">${desk.say('loading')}</p>`
    : problemOf(problem)
}

export function saveCsv(tables: readonly DataTable[], name: string): void {
  // The mark at the beginning tells spreadsheets that it is UTF-8.
  saveBlob(new Blob(['\uFEFF', csvOf(tables)], { type: 'text/csv' }), name)
}

export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
