// `cuecard rank learn`: weights fitted to what agents used, judged offline, written for a person to switch on.
import { writeFileSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SingleBar } from 'cli-progress'
import type { Command } from 'commander'
import { readProfile } from '../config/read-profile.ts'
import { CuecardError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import { learn } from '../learning/learn.ts'
import type { RecordedRetrieval } from '../learning/read-log.ts'
import { type ProfileFile, versionOf } from '../learning/weighted-profile.ts'
import type { ReaderCalls } from '../ledger/reader-calls.ts'
import { profiles } from '../ranking/profiles.ts'
import type { CommandContext } from './command-context.ts'
import { type LearningReport, linesOfLearning } from './learning-lines.ts'
import { wholeNumber } from './option-value.ts'
import { type RecordOptions, withRecord } from './record-of-command.ts'

interface Options extends RecordOptions {
  readonly profile?: string
  readonly retrievals: number
  readonly name: string
  readonly out?: string
  readonly json?: true
}

export function addRankLearnCommand(rank: Command, context: CommandContext): void {
  rank
    .command('learn')
    .summary('fit a ranking profile to what agents used, and judge it')
    .description(
      'Fits the weights of the current profile to what agents used, as the record tells it, and judges the candidate offline: inverse propensity scoring (IPS), self-normalised (SNIPS) and doubly robust, with 95 % intervals. It switches nothing on: name the file that it writes in the setting `profile`. Exit status: 0 a candidate, 1 too few uses, 2 wrong usage.',
    )
    .option('--profile <name>', 'profile to start from, or its file (default: that of the newest retrieval)')
    .option(
      '--retrievals <n>',
      'learn from the newest n that were reported on',
      wholeNumber(1, 1_000_000),
      20_000,
    )
    .option('--name <name>', 'name of the candidate', 'learnt')
    .option('--out <file>', 'write the candidate to this file')
    .option('--config <file>', 'settings as YAML or JSON')
    .option('--json', 'print JSON; values are uses a retrieval')
    .addHelpText('after', '\nExample:\n  cuecard rank learn --out profiles/learnt.json')
    .action(async (options: Options) => {
      const report = await withRecord(options, context, ({ reader }) => reportOn(reader, options, context))
      const { terminal } = context
      if (options.json) terminal.out(JSON.stringify(report, null, 2))
      else for (const line of linesOfLearning(report, terminal)) terminal.out(line)
      if (report.file === undefined) return context.exitWith(1)
      if (options.out !== undefined) write(report.file, options.out)
      if (options.out !== undefined && !options.json)
        terminal.out(
          `Written to ${options.out}. To switch it on, set "profile: ${options.out}" in the configuration`,
        )
    })
}

async function reportOn(
  reader: Pick<ReaderCalls, 'logPage'>,
  options: Options,
  { terminal, signal }: CommandContext,
): Promise<LearningReport> {
  const bar = terminal.isErrorWatched ? new SingleBar({ format: '{task} {bar} {percentage} %' }) : undefined
  try {
    bar?.start(1, 0, { task: 'reading' })
    const read = await readNewest(reader, options.retrievals, (share) => {
      bar?.update(share, { task: 'reading' })
      signal.throwIfAborted()
    })
    const { profile, current, retrievals, skipped } = startOf(read, options.profile)
    const work = learn(retrievals, current)
    let step = work.next()
    for (; !step.done; step = work.next()) {
      bar?.update(step.value, { task: 'fitting' })
      // Lets Ctrl-C through.
      await nextTurn()
      signal.throwIfAborted()
    }
    const learning = step.value
    const { candidate } = learning
    const report = { ...learning, profile: profile.name, current, skipped }
    if (candidate === undefined) return report
    const form = { base: profile.base, weights: candidate.weights }
    const { uses, interactions } = learning
    const learntFrom = { profile: profile.name, retrievals: retrievals.length, interactions, uses }
    const file = { name: options.name, version: versionOf(form), ...form, learntFrom }
    return { ...report, file }
  } finally {
    bar?.stop()
  }
}

async function readNewest(
  reader: Pick<ReaderCalls, 'logPage'>,
  limit: number,
  onProgress: (share: number) => void,
): Promise<RecordedRetrieval[]> {
  const read: RecordedRetrieval[] = []
  for (let before: number | undefined; read.length < limit; ) {
    const { retrievals, next } = await reader.logPage(before)
    read.push(...retrievals)
    onProgress(Math.min(1, read.length / limit))
    if (next === null) break
    before = next
  }
  return read.slice(0, limit)
}

/** The profile to start from, its weights, the retrievals that were ranked by its features, and what else there is. */
function startOf(read: readonly RecordedRetrieval[], named: string | undefined) {
  const newest = named ?? read[0]?.profile
  if (newest === undefined)
    throw new CuecardError(
      'data.invalid',
      'The record tells of no retrieval that an event was reported on, so there is nothing to learn from; desktops report with POST /v1/retrievals/{id}/events',
    )
  if (named === undefined && !Object.hasOwn(profiles, newest))
    throw new CuecardError(
      'config.invalid',
      `The newest retrieval was ranked by ${newest}; name its file with --profile`,
    )
  const profile = { base: newest, weights: {}, ...readProfile(newest) }
  // A profile of a file may leave weights to its base, which the record then tells.
  const logged =
    read.find((retrieval) => retrieval.profile === profile.name) ??
    read.find(({ profile: name }) => name === profile.base)
  const current = { ...logged?.weights, ...profile.weights }
  const features = new Set(Object.keys(current))
  // Of another profile's retrievals nobody knows what the features of this one would have been.
  const isOfProfile = ({ weights, items }: RecordedRetrieval) =>
    items.length === 0 || features.symmetricDifference(new Set(Object.keys(weights))).size === 0
  const skipped: Record<string, number> = {}
  for (const retrieval of read)
    if (!isOfProfile(retrieval)) skipped[retrieval.profile] = (skipped[retrieval.profile] ?? 0) + 1
  return { profile, current, retrievals: read.filter(isOfProfile), skipped }
}

/** @throws CuecardError `config.invalid` where it cannot be written. */
function write(file: ProfileFile, path: string): void {
  try {
    writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`)
  } catch (error) {
    throw new CuecardError(
      'config.invalid',
      `${path} cannot be written: ${explainFileError(error, 'written')}`,
    )
  }
}
