// A retrieval as the agent saw it: each card with its version, whether it was allowed, why it stood there, and what was done.
import { html, nothing, type TemplateResult } from 'lit'
import { type Desk, tableOf } from './desk.ts'
import { fieldsOf, type LogEntry, listOf, type SeenRetrieval, textOf } from './recorded-entry.ts'

/** How an entry is named, with its proof; `what` in place of its kind. */
type EntryLine = (entry: LogEntry, what?: string) => TemplateResult

export function seenRetrievalView(
  desk: Desk,
  { entry, events }: SeenRetrieval,
  entryLine: EntryLine,
): TemplateResult {
  const { figures } = desk
  const say = desk.say.bind(desk)
  const { body } = entry
  if (body === null) return html`<section>${entryLine(entry)}<p>${say('erased')}</p></section>`
  const flags = fieldsOf(body.complianceFlags)
  const freshness = fieldsOf(body.freshness)
  const yes = (value: unknown) => (value === true ? say('yes') : say('no'))
  const of = (contentId: unknown) => events.filter((event) => event.body?.contentId === contentId)
  return html`<section class="retrieval">
    ${entryLine(entry)}
    <p class="query"><bdi>${textOf(body.query) || '–'}</bdi></p>
    <dl>
      ${[
        [say('agent'), textOf(body.agentId)],
        [say('audience'), textOf(body.audience) || '–'],
        [say('accessChecked'), yes(flags.accessValidated)],
        [say('timeChecked'), yes(flags.availabilityChecked)],
        [say('state'), textOf(freshness.status)],
      ].map(([term, value]) => html`<div><dt>${term}</dt><dd><bdi>${value}</bdi></dd></div>`)}
    </dl>
    <ol>
      ${listOf(body.items).map(
        (item) => html`<li>
          <strong><bdi>${textOf(item.title)}</bdi></strong>
          <p class="quiet">
            ${textOf(item.source)} · ${say('version')} ${textOf(item.version) || '–'} ·
            ${item.isCompliant === true ? say('compliant') : say('notCompliant')}
            ${textOf(item.updatedAt) ? html`· ${say('updated')} ${figures.time(textOf(item.updatedAt))}` : nothing}
          </p>
          <p class="quiet">${say('reasons')}: ${listOf(item.explanation).map(
            ({ feature, contribution }) =>
              html`<span class="reason">${textOf(feature)} ${figures.number(Number(contribution))}</span> `,
          )}</p>
          ${eventList(of(item.contentId), entryLine)}
        </li>`,
      )}
    </ol>
    ${eventList(of(null), entryLine)} ${withheld(desk, body.refused)}
  </section>`
}

function withheld(desk: Desk, value: unknown): TemplateResult | typeof nothing {
  const rows = listOf(value).map((refused) => [textOf(refused.contentId), textOf(refused.reason)])
  if (rows.length === 0) return nothing
  const columns = [desk.say('article'), desk.say('reason')]
  return tableOf(desk, { caption: desk.say('withheld'), columns, rows })
}

function eventList(events: readonly LogEntry[], entryLine: EntryLine): TemplateResult | typeof nothing {
  if (events.length === 0) return nothing
  const told = ({ body }: LogEntry) =>
    [body?.type, body?.rating, body?.reason, body?.wrapUpCode].map(textOf).filter(Boolean).join(' · ')
  return html`<ul>${events.map((event) => html`<li>${entryLine(event, told(event))}</li>`)}</ul>`
}
