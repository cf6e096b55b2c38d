// `cuecard demo`: a live call against a simulated Genesys Cloud that can be taken down, in a browser or in the terminal.
import type { Command } from 'commander'
import type { CommandContext } from './command-context.ts'
import { decimalNumber, wholeNumber } from './option-value.ts'

interface Options {
  readonly once?: true
  readonly speed?: number
  readonly port?: number
}

/** Nobody reads along at the natural pace in a terminal. */
const onceSpeed = 10

export function addDemoCommand(program: Command, context: CommandContext): void {
  program
    .command('demo')
    .summary('watch it work, with nothing but this machine')
    .description(
      'Serves the agent panel, the supervisor page and a live call of a sample bank, against a simulated Genesys Cloud that a button takes down. With --once it plays a call in the terminal and ends. It keeps nothing of it afterwards.',
    )
    .option('--once', 'play one conversation in the terminal, fast, and end')
    .option('--port <n>', 'port, 0 for any (default: 4300, or a free one)', wholeNumber(0, 65_535))
    .option(
      '--speed <n>',
      `how fast, 1 being natural (default: 1, with --once ${onceSpeed})`,
      decimalNumber(0.1, 100),
    )
    .addHelpText('after', '\nExample:\n  cuecard demo --once --speed 2')
    .action(async ({ once, port, speed }: Options) => {
      if (once) {
        const { playOnce } = await import('./demo/play-once.ts')
        return playOnce(context, speed ?? onceSpeed)
      }
      const { serveDemo } = await import('./demo/serve-demo.ts')
      return serveDemo(context, { port, speed: speed ?? 1 })
    })
}
