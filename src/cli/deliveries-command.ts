// `cuecard deliveries`: the messages that wait, the dead letters, and how to send them again.
import { type Command, Option } from 'commander'
import { CuecardError } from '../errors.ts'
import type { Deliveries, DeliveryRecord } from '../ledger/record.ts'
import type { CommandContext } from './command-context.ts'
import { wholeNumber } from './option-value.ts'
import type { Terminal } from './terminal.ts'
import { fitted, printable } from './text-width.ts'

/**
 * Opens the record that the configuration names; `config` is the file of settings.
 * @throws CuecardError `config.invalid`, `record.off`, `record.unavailable`.
 */
export type OpenDeliveries = (
  context: CommandContext,
  options: { readonly config?: string | undefined },
) => Promise<{ readonly deliveries: Deliveries; close(): Promise<void> }>

interface ListOptions {
  readonly config?: string | undefined
  readonly state?: DeliveryRecord['state']
  readonly endpoint?: string
  readonly limit: number
  readonly json?: true
}

interface ReplayOptions {
  readonly config?: string | undefined
  readonly all?: true
  readonly json?: true
}

export function addDeliveriesCommand(program: Command, context: CommandContext, open: OpenDeliveries): void {
  const { terminal } = context
  const withDeliveries = async <T>(
    options: { readonly config?: string | undefined },
    use: (deliveries: Deliveries) => Promise<T>,
  ): Promise<T> => {
    const record = await open(context, options)
    try {
      return await use(record.deliveries)
    } finally {
      await record.close()
    }
  }
  const deliveries = program
    .command('deliveries')
    .description('work on the messages to the coaching platform')
  deliveries
    .command('list')
    .summary('list the messages that wait, and the dead letters')
    .description(
      'Lists the messages that wait for delivery and those that were given up, the oldest first. A message that was delivered is no longer there.',
    )
    .addOption(
      new Option('--state <state>', 'only those that wait, or were given up').choices(['pending', 'dead']),
    )
    .option('--endpoint <name>', 'only those to this endpoint')
    .option('--limit <n>', 'how many at the most, 1 to 1000', wholeNumber(1, 1000), 50)
    .option('--config <file>', 'settings as YAML or JSON')
    .option('--json', 'print JSON')
    .action(async ({ json, config, ...query }: ListOptions) => {
      const found = await withDeliveries({ config }, (deliveries) => deliveries.list(query))
      if (json) terminal.out(JSON.stringify({ deliveries: found }, null, 2))
      else for (const line of linesOf(found, query.limit, terminal)) terminal.out(line)
    })
  deliveries
    .command('replay')
    .summary('send dead letters again')
    .description(
      'Makes dead letters due now, with all their attempts before them, and switches endpoints on again that were disabled. A running `cuecard serve` sends them.',
    )
    .argument('[ids...]', 'ids of messages, as `deliveries list` prints them')
    .option('--all', 'all dead letters, and every disabled endpoint')
    .option('--config <file>', 'settings as YAML or JSON')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  cuecard deliveries replay --all')
    .action(async (ids: readonly string[], { all, json, config }: ReplayOptions) => {
      if (ids.length > 0 === (all ?? false))
        throw new CuecardError('request.invalid', 'Name the messages to send again, or say --all', {
          field: 'ids',
        })
      const replayed = await withDeliveries({ config }, (deliveries) =>
        deliveries.replay(all ? undefined : ids),
      )
      if (json) terminal.out(JSON.stringify({ replayed }))
      else terminal.out(sentence(replayed, all === true))
      if (replayed === 0 && !all) context.exitWith(1)
    })
}

function sentence(replayed: number, all: boolean): string {
  if (replayed === 0 && !all)
    return 'None of these is a dead letter; `cuecard deliveries list --state dead` shows those there are.'
  const found =
    replayed === 0
      ? 'No dead letter was found.'
      : `${replayed} dead letter${replayed === 1 ? ' is' : 's are'} due now.`
  return all ? `${found} Endpoints that were switched off are on again.` : found
}

function linesOf(
  found: readonly DeliveryRecord[],
  limit: number,
  { paint, columns }: Terminal,
): readonly string[] {
  if (found.length === 0) return ['No message waits, and none was given up.']
  const widthOf = (title: string, text: (delivery: DeliveryRecord) => string) =>
    Math.max(title.length, ...found.map((delivery) => text(delivery).length))
  const id = widthOf('id', (delivery) => delivery.id)
  const endpoint = Math.min(
    24,
    widthOf('endpoint', (delivery) => delivery.endpoint),
  )
  const row = (...cells: readonly [string, string, string, string, string]) => {
    const [first, second, state, attempts, due] = cells
    return `${fitted(first, id)}  ${fitted(second, endpoint)}  ${fitted(state, 7)}  ${attempts.padStart(8)}  ${due}`
  }
  const lines = found.flatMap((delivery) => {
    const { state, attempts, dueAt, lastError } = delivery
    const line = row(delivery.id, printable(delivery.endpoint), state, String(attempts), dueAt ?? '')
    const error =
      lastError === null ? [] : [paint('dim', fitted(`  ${printable(lastError)}`, columns).trimEnd())]
    return [(state === 'dead' ? paint('yellow', line) : line).trimEnd(), ...error]
  })
  const more = found.length === limit ? [paint('dim', `There may be more; see --limit.`)] : []
  return [paint('bold', row('id', 'endpoint', 'state', 'attempts', 'due')), ...lines, ...more]
}
