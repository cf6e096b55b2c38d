// Runs the command as a process, as a user would, with nothing in its environment but what a test gives it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../../src/config/load-config.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const root = fileURLToPath(new URL('../../', import.meta.url))

/** What Node has compiled once: a hundred processes are started, and that is half of what each start costs. */
export const compileCache = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)),
}

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  /** The first match in what was written to stdout so far and from now on. */
  find(pattern: RegExp): Promise<RegExpExecArray>
  readonly ended: Promise<Ended>
}

export function startCuecard(args: readonly string[], environment: Environment = {}): Running {
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [main, ...args], {
    cwd: root,
    env: { PATH, HOME, ...compileCache, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = once(child, 'close').then(([status]) => ({ status, stdout, stderr }))
  const find = async (pattern: RegExp) => {
    for (;;) {
      const match = pattern.exec(stdout)
      if (match !== null) return match
      const over = await Promise.race([once(child.stdout, 'data').then(() => false), ended.then(() => true)])
      if (over && !pattern.test(stdout))
        throw new Error(`cuecard ended without writing ${pattern}: ${stdout}${stderr}`)
    }
  }
  return { child, find, ended }
}

export function cuecard(args: readonly string[], environment: Environment = {}): Promise<Ended> {
  return startCuecard(args, environment).ended
}
