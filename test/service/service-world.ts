// The real service as a process of its own, between a simulated Genesys and a coaching platform in this one.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createSimulator, type Simulator } from '../../src/simulator/index.ts'
import { compileCache } from '../cli/start-cuecard.ts'
import { articles } from '../simulator/sample-organisation.ts'
import { type RealDatabase, realDatabases } from '../storage/real-stores.ts'
import { WebhookReceiver } from './webhook-receiver.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

export interface WorldOptions {
  /** `sqlite:...` or `postgres://...`; absent: SQLite in the world's own folder. */
  readonly databaseUrl?: string
  /** Settings for the configuration's file. */
  readonly settings?: Readonly<Record<string, unknown>>
}

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** Options of node, before the program. */
  readonly nodeArguments?: readonly string[]
  /** The shell's, before the program: `ulimit -f 100`. */
  readonly shellPrefix?: string
}

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
}

/** An answer that was read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Everything that one service needs; it may be started again and again, and more than once at a time. */
export class ServiceWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'cuecard-service-'))
  readonly simulator: Simulator
  readonly receiver: WebhookReceiver
  readonly environment: Readonly<Record<string, string>>
  readonly #closers: (() => Promise<void>)[]
  readonly #services: Service[] = []
  #apiKey: string | undefined

  private constructor(
    parts: {
      simulator: Simulator
      receiver: WebhookReceiver
      genesysUrl: string
      closers: (() => Promise<void>)[]
    },
    { databaseUrl, settings }: WorldOptions,
  ) {
    this.simulator = parts.simulator
    this.receiver = parts.receiver
    this.#closers = parts.closers
    const auditKeyFile = join(this.folder, 'audit.key')
    const configFile = join(this.folder, 'cuecard.json')
    writeFileSync(auditKeyFile, randomBytes(32).toString('base64'))
    writeFileSync(configFile, JSON.stringify({ delivery: { timeoutSeconds: 1 }, ...settings }))
    this.environment = {
      GENESYS_CLIENT_ID: 'simulator',
      GENESYS_CLIENT_SECRET: 'simulator-secret',
      GENESYS_API_URL: parts.genesysUrl,
      GENESYS_LOGIN_URL: parts.genesysUrl,
      GENESYS_QUOTA_PER_MINUTE: '100000',
      CUECARD_CONFIG_FILE: configFile,
      CUECARD_DATABASE_URL: databaseUrl ?? `sqlite:${join(this.folder, 'cuecard.db')}`,
      CUECARD_AUDIT_KEY_FILE: auditKeyFile,
      CUECARD_WEBHOOK_URL: parts.receiver.url,
      CUECARD_WEBHOOK_SECRET: parts.receiver.secret,
      CUECARD_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
    }
  }

  static async make(options: WorldOptions = {}): Promise<ServiceWorld> {
    const simulator = createSimulator({ articles, quotaPerMinute: 1_000_000 })
    const server = await simulator.listen()
    const receiver = await WebhookReceiver.start()
    const closers = [() => server.close(), () => receiver.close()]
    return new ServiceWorld({ simulator, receiver, genesysUrl: server.url, closers }, options)
  }

  /** Starts the service and waits until it listens. */
  async start(options: StartOptions = {}): Promise<Service> {
    const service = new Service(this.#spawn(options))
    this.#services.push(service)
    const { apiKey } = await service.listening()
    this.#apiKey ??= apiKey
    service.apiKey = this.#apiKey ?? ''
    return service
  }

  /** Runs the service where it is not to come so far. */
  run(options: StartOptions = {}): Promise<Ended> {
    return new Service(this.#spawn(options)).ended
  }

  async close(): Promise<void> {
    for (const service of this.#services) await service.kill()
    for (const close of this.#closers) await close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #spawn({ environment = {}, nodeArguments = [], shellPrefix }: StartOptions): ChildProcess {
    const { PATH, HOME } = process.env
    const command = [process.execPath, ...nodeArguments, main, 'serve', '--port', '0', '--json']
    const [program = '', ...rest] =
      shellPrefix === undefined ? command : ['sh', '-c', `${shellPrefix}; exec "$@"`, 'sh', ...command]
    return spawn(program, rest, {
      // Where there is no SQLite file, the keys lie in the working directory.
      cwd: this.folder,
      env: { PATH, HOME, ...compileCache, ...this.environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }
}

export class Service {
  readonly ended: Promise<Ended>
  apiKey = ''
  readonly #child: ChildProcess
  #url = ''
  #stdout = ''
  #stderr = ''

  constructor(child: ChildProcess) {
    this.#child = child
    child.stdout?.on('data', (text) => {
      this.#stdout += text
    })
    child.stderr?.on('data', (text) => {
      this.#stderr += text
    })
    this.ended = once(child, 'close').then(([status, signal]) => ({ status, signal, stderr: this.#stderr }))
  }

  /** What it said so far. */
  get stderr(): string {
    return this.#stderr
  }

  async listening(): Promise<{ apiKey?: string }> {
    const over = this.ended.then(({ status, stderr }) => {
      throw new Error(`the service ended with ${status} before it listened: ${stderr}`)
    })
    over.catch(() => {})
    while (!this.#stdout.includes('\n'))
      await Promise.race([once(this.#child.stdout ?? this.#child, 'data'), over])
    const { url, apiKey } = JSON.parse(this.#stdout.slice(0, this.#stdout.indexOf('\n')))
    this.#url = url
    return { apiKey }
  }

  /** @throws Error when the answer did not come, or not to its end. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }

  /** SIGTERM, and what came of it. */
  async stop(): Promise<Ended & { readonly ms: number }> {
    const asked = performance.now()
    this.#child.kill('SIGTERM')
    return { ...(await this.ended), ms: performance.now() - asked }
  }

  /** Asks until the answer is as it should be. @throws Error after `withinMs`, with the last answer. */
  async until(path: string, fits: (answer: Answer) => boolean, withinMs = 15_000): Promise<Answer> {
    const deadline = performance.now() + withinMs
    for (;;) {
      const answer = await this.ask('GET', path)
      if (fits(answer)) return answer
      if (performance.now() > deadline) throw new Error(`${path} still says ${answer.status} ${answer.text}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

/** A fresh database of the kind whose name begins so. */
export function freshDatabase(name: string): Promise<RealDatabase> {
  const make = realDatabases.find(([known]) => known.toLowerCase().startsWith(name))?.[1]
  if (make === undefined) throw new Error(`There is no database "${name}"; there are sqlite and postgres`)
  return make()
}
