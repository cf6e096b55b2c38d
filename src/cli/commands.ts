// The commands. Only the one that is run is loaded: a service must not wait for the modules of all the others.
import type { Command } from 'commander'
import type { CommandContext } from './command-context.ts'

type Add = (program: Command, context: CommandContext) => void

const commands: Readonly<Record<string, () => Promise<Add>>> = {
  demo: async () => (await import('./demo-command.ts')).addDemoCommand,
  serve: async () => {
    const { addServeCommand } = await import('./serve-command.ts')
    const { startParts } = await import('./start-parts.ts')
    return (program, context) => addServeCommand(program, context, startParts)
  },
  simulate: async () => (await import('./simulate-command.ts')).addSimulateCommand,
  retrieve: async () => (await import('./retrieve-command.ts')).addRetrieveCommand,
  doctor: async () => (await import('./doctor-command.ts')).addDoctorCommand,
  audit: async () => (await import('./audit-command.ts')).addAuditCommand,
  deliveries: async () => {
    const { addDeliveriesCommand } = await import('./deliveries-command.ts')
    const { openDeliveries } = await import('./record-of-command.ts')
    return (program, context) => addDeliveriesCommand(program, context, openDeliveries)
  },
  insights: async () => {
    const { addInsightsCommand } = await import('./insights-command.ts')
    const { openInsights } = await import('./insights-of-command.ts')
    return (program, context) => addInsightsCommand(program, context, openInsights)
  },
  mirror: async () => (await import('./mirror-command.ts')).addMirrorCommand,
  keys: async () => (await import('./keys-command.ts')).addKeysCommand,
  rank: async () => {
    const { addRankEvaluateCommand } = await import('./rank-evaluate-command.ts')
    const { addRankLearnCommand } = await import('./rank-learn-command.ts')
    return (program, context) => {
      const rank = program.command('rank').description('work on the ranking')
      addRankEvaluateCommand(rank, context)
      addRankLearnCommand(rank, context)
    }
  },
}

/** Adds the command `name`, or all of them where it is none of theirs: for help, and for what is misspelt. */
export async function addCommands(program: Command, context: CommandContext, name = ''): Promise<void> {
  const loaders = Object.hasOwn(commands, name) ? [commands[name]] : Object.values(commands)
  for (const load of loaders) (await load?.())?.(program, context)
}
