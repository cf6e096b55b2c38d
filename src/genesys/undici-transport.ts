// HTTP over undici: one pool of connections for each host.
import { type Dispatcher, errors, Pool } from 'undici'
import { CuecardError } from '../errors.ts'
import type { HttpTransport } from './http-transport.ts'

/** An answer larger than this is refused: 50 results with whole articles take a tenth of it. */
const maxBodyBytes = 8 * 1024 * 1024

/** Keeps up to `connections` connections open to each host. Redirects are not followed: a token goes to one host. */
export function undiciTransport({ connections = 64 }: { connections?: number } = {}): HttpTransport {
  const pools = new Map<string, Pool>()
  let closed = false
  const poolOf = (origin: string): Pool => {
    const known = pools.get(origin)
    if (known !== undefined) return known
    // The deadline of each call is its signal; undici's own timeouts only guard against a forgotten one.
    const pool = new Pool(origin, { connections, headersTimeout: 60_000, bodyTimeout: 60_000 })
    pools.set(origin, pool)
    return pool
  }
  return {
    async send({ method, url, headers, body, signal }) {
      const { origin, pathname, search } = new URL(url)
      if (closed) throw new CuecardError('closed', 'The transport was closed')
      let answered = false
      try {
        const response = await poolOf(origin).request({
          method,
          path: pathname + search,
          headers,
          signal,
          ...(body !== undefined && { body }),
        })
        answered = true
        return { status: response.statusCode, headers: response.headers, body: await readBody(response) }
      } catch (error) {
        if (signal.aborted) throw signal.reason
        if (closed) throw new CuecardError('closed', 'The transport was closed')
        throw transportError(error, origin, answered)
      }
    },
    async close() {
      closed = true
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

async function readBody({ headers, body }: Dispatcher.ResponseData): Promise<string> {
  if (Number(headers['content-length']) > maxBodyBytes) {
    // Ends the connection instead of reading what nobody wants.
    body.on('error', () => {}).destroy()
    throw tooLarge()
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function tooLarge(): CuecardError {
  return new CuecardError(
    'genesys.malformed',
    `Genesys's answer is larger than ${maxBodyBytes / 1024 / 1024} MiB`,
  )
}

/** `answered`: the head of the answer has come, so what broke is its body. */
function transportError(error: unknown, origin: string, answered: boolean): CuecardError {
  if (error instanceof CuecardError) return error
  if (answered || error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError)
    return new CuecardError(
      'genesys.malformed',
      `The answer from ${origin} was cut short or is no HTTP`,
      {},
      error,
    )
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return new CuecardError(
    'genesys.unreachable',
    `${origin} cannot be reached${code && ` (${code})`}`,
    {},
    error,
  )
}
