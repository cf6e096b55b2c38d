// The process of the command `cuecard`: its signals, its streams, its end.
import { processEnvironment } from '../config/load-config.ts'
import { runCuecard } from './run-cuecard.ts'
import { processTerminal } from './terminal.ts'

/** After a request to end, a command may take this long to give everything back, unless it asks for more. */
let endWithinMs = 2000

const ending = new AbortController()
let endStatus = 0
for (const [signal, status] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const])
  process.on(signal, () => {
    // Asked twice: at once.
    if (ending.signal.aborted) process.exit(endStatus)
    endStatus = status
    setTimeout(() => process.exit(endStatus), endWithinMs).unref()
    ending.abort()
  })

// Whoever reads the output may stop reading: `cuecard ... | head`.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })

const endWithin = (ms: number) => {
  endWithinMs = ms
}
const environment = processEnvironment()
const terminal = processTerminal(process, Number(environment.COLUMNS))
const status = await runCuecard(process.argv.slice(2), {
  terminal,
  environment,
  signal: ending.signal,
  endWithin,
})
process.exitCode = status ?? endStatus
