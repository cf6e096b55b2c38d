// `cuecard serve` as a process of its own, as the Dockerfile and the systemd unit start it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface Running {
  readonly child: ChildProcess
  readonly url: string
  readonly key: string
  readonly readyMs: number
}

/** As the Dockerfile and the systemd unit set them. */
const flags = ['--max-semi-space-size=4', '--max-old-space-size=256']
const allocator = { MALLOC_ARENA_MAX: '2' }

/** Resolves when it is ready. */
export async function startServe(folder: string, environment: Record<string, string>): Promise<Running> {
  const startedAt = performance.now()
  const child = spawn(
    process.execPath,
    [...flags, join(root, 'bin/cuecard.js'), 'serve', '--port', '0', '--json'],
    {
      cwd: folder,
      env: { ...environment, ...allocator, PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const lines = createInterface({ input: child.stdout })
  const [line] = await once(lines, 'line')
  const { url, apiKey } = JSON.parse(line)
  for (;;) {
    const { status } = await fetch(`${url}/readyz`)
    if (status === 200) break
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return { child, url, key: apiKey ?? '', readyMs: performance.now() - startedAt }
}

export async function endServe({ child }: Running): Promise<void> {
  child.kill('SIGTERM')
  const [status] = await once(child, 'exit')
  if (status !== 0) throw new Error(`the service ended with status ${status}`)
}
