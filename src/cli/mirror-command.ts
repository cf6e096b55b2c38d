// `cuecard mirror`: the local copy of the knowledge, filled, looked at and searched.
import type { Command } from 'commander'
import type { CommandContext } from './command-context.ts'
import { addMirrorSearchCommand } from './mirror-search-command.ts'
import { addMirrorStatusCommand } from './mirror-status-command.ts'
import { addMirrorSyncCommand } from './mirror-sync-command.ts'

export function addMirrorCommand(program: Command, context: CommandContext): void {
  const mirror = program.command('mirror').description('work on the local copy of the knowledge')
  addMirrorSyncCommand(mirror, context)
  addMirrorStatusCommand(mirror, context)
  addMirrorSearchCommand(mirror, context)
}
