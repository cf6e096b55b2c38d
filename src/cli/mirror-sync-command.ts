// `cuecard mirror sync`: brings the copy into step now.
import { rmSync } from 'node:fs'
import { SingleBar } from 'cli-progress'
import type { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { listingOf } from '../compose-mirror.ts'
import { loadConfig, loadMirrorConfig } from '../config/load-config.ts'
import { CuecardError } from '../errors.ts'
import { DamagedMirror } from '../mirror/explain-mirror-file.ts'
import { settingsWith } from '../mirror/mirror-settings.ts'
import { MirrorStore } from '../mirror/mirror-store.ts'
import { takeSyncLock } from '../mirror/sync-lock.ts'
import { type SyncProblem, type SyncProgress, syncMirror } from '../mirror/sync-mirror.ts'
import type { CommandContext } from './command-context.ts'
import { counted } from './counted.ts'
import type { Terminal } from './terminal.ts'
import { printable } from './text-width.ts'

interface Options {
  readonly full?: true
  readonly config?: string
  readonly json?: true
}

export function addMirrorSyncCommand(mirror: Command, context: CommandContext): void {
  mirror
    .command('sync')
    .summary('bring the copy into step')
    .description(
      'Copies what is new, edited or withdrawn since the last sync. A sync that was interrupted goes on where it was. A running service takes the changes over by itself.',
    )
    .option('--full', 'fetch every article anew, and make a new copy in place of a damaged one')
    .option('--config <file>', 'settings as YAML or JSON')
    .option('--json', 'print JSON, one object a line: progress, then the result')
    .addHelpText(
      'after',
      '\nNeeds GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and GENESYS_REGION, unless only files and folders are copied.',
    )
    .action((options: Options) => run(options, context))
}

async function run(options: Options, { terminal, environment, signal, exitWith }: CommandContext) {
  const { mirror } = loadMirrorConfig(environment, options.config)
  const needsGenesys = mirror.sources.some((source) => 'genesys' in source)
  const config = needsGenesys ? loadConfig(environment, options.config) : undefined
  const store = openStore(mirror.path, options.full === true, terminal)
  const release = takeSyncLock(mirror.path)
  const genesys = config?.genesys && listingOf(config.genesys, systemClock)
  const progress = progressOf(options, terminal)
  try {
    if (release === undefined)
      throw new CuecardError(
        'mirror.unavailable',
        `Another process is syncing ${mirror.path} now; it goes on by itself`,
      )
    const problems = await syncMirror({
      store,
      listing: genesys?.listing,
      settings: settingsWith(mirror, config?.genesys?.knowledgeBaseIds),
      clock: systemClock,
      random: Math.random,
      signal,
      full: options.full === true,
      onProgress: progress.tell,
    })
    progress.end()
    tell(store, problems, options, terminal)
    if (problems.length > 0) exitWith(1)
  } finally {
    progress.end()
    release?.()
    store.close()
    await genesys?.close()
  }
}

function openStore(path: string, isFull: boolean, terminal: Terminal): MirrorStore {
  try {
    return new MirrorStore(path, { create: true })
  } catch (error) {
    if (!isFull || !(error instanceof DamagedMirror)) throw error
    terminal.err(`The copy ${path} was damaged; a new one is made.`)
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
    return new MirrorStore(path, { create: true })
  }
}

function progressOf({ json }: Options, terminal: Terminal) {
  if (json)
    return { tell: (progress: SyncProgress) => terminal.out(JSON.stringify({ progress })), end: () => {} }
  if (!terminal.isErrorWatched) return { tell: () => {}, end: () => {} }
  let shown: string | undefined
  const bar = new SingleBar({ format: '{title} {bar} {value}/{total} articles', clearOnComplete: true })
  const end = () => {
    if (shown !== undefined) bar.stop()
    shown = undefined
  }
  return {
    tell({ title, done, total = done }: SyncProgress) {
      if (shown !== title) {
        end()
        bar.start(total, 0, { title: printable(title) })
      }
      shown = title
      bar.setTotal(Math.max(total, done))
      bar.update(done)
    },
    end,
  }
}

function tell(store: MirrorStore, problems: readonly SyncProblem[], { json }: Options, terminal: Terminal) {
  const articles = store.tallies().reduce((sum, { count }) => sum + count, 0)
  if (json) {
    terminal.out(JSON.stringify({ articles, problems }))
    return
  }
  for (const { title, problem } of problems) terminal.err(`${printable(title)}: ${printable(problem)}`)
  const outcome = problems.length === 0 ? 'in step' : 'not in step with everything'
  terminal.out(`${counted(articles, 'article')}, ${outcome}.`)
}
