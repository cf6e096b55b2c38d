// The pages for browsers: the files of dist/ui, read once, compressed when first wanted and told apart by a digest of their bytes.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { HttpRefusal } from './problems.ts'

/** What the pages may know before anyone has signed in. */
export interface PageSettings {
  readonly version: string
  /** How agents sign in with Genesys; null: they do not. */
  readonly genesys: { readonly clientId: string; readonly loginUrl: string; readonly apiUrl: string } | null
  /** Whether whole articles can be opened in place: the service has a copy of them. */
  readonly hasArticles: boolean
  readonly isDemo: boolean
}

interface PageFile {
  readonly type: string
  readonly etag: string
  readonly plain: Buffer
  /** Compressed once, off the main thread; no start waits for it. */
  readonly compressed: Map<Compression, Promise<Buffer>>
}

/** Content codings (RFC 9110, 8.4.1). */
type Compression = 'br' | 'gzip'

const compressors = { br: promisify(brotliCompress), gzip: promisify(gzip) }

export interface Pages {
  /** By name, such as `panel.html`; empty where they were not built. */
  readonly files: ReadonlyMap<string, PageFile>
  readonly settings: string
  /** Those with an address of their own. */
  readonly names: readonly string[]
  readonly headers: Readonly<Record<string, string>>
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Reads the files of `folder`. `frameOrigins`: who may show a page in a frame of theirs. */
export function readPages(
  folder: URL,
  { settings, frameOrigins }: { settings: PageSettings; frameOrigins: readonly string[] },
): Pages {
  const { genesys } = settings
  const reached = genesys === null ? [] : [genesys.loginUrl, genesys.apiUrl].map((url) => new URL(url).origin)
  const policy = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'https:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...reached],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'self'", ...frameOrigins],
  }
  return {
    files: filesOf(folder),
    settings: JSON.stringify(settings),
    names: ['panel', 'supervisor', ...(settings.isDemo ? ['demo'] : [])],
    headers: {
      'content-security-policy': Object.entries(policy)
        .map(([name, values]) => `${name} ${values.join(' ')}`)
        .join('; '),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'permissions-policy': 'clipboard-write=(self)',
    },
  }
}

function filesOf(folder: URL): Map<string, PageFile> {
  const files = new Map<string, PageFile>()
  for (const name of namesIn(folder)) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const plain = readFileSync(new URL(name, folder))
    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 27)}"`
    files.set(name, { type, etag, plain, compressed: new Map() })
  }
  return files
}

/** None where the pages were not built. */
function namesIn(folder: URL): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
}

/** RFC 9110, 13.1.2: a list, compared weakly. */
function isKnown(header: string | undefined, etag: string): boolean {
  const known = (header ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''))
  return known.includes(etag) || known.includes('*')
}

function compress({ plain, compressed }: PageFile, coding: Compression): Promise<Buffer> {
  const known = compressed.get(coding)
  if (known !== undefined) return known
  const made: Promise<Buffer> = compressors[coding](plain)
  compressed.set(coding, made)
  return made
}

/** RFC 9110, 12.5.3, as far as browsers and proxies use it: what is named without `q=0` is taken. */
function codingFor(header: string | string[] | undefined): Compression | undefined {
  const taken = String(header ?? '')
    .toLowerCase()
    .split(',')
    .filter((one) => !/;\s*q=0(\.0*)?\s*$/.test(one))
    .map((one) => one.split(';', 1)[0]?.trim())
  return (['br', 'gzip'] as const).find((coding) => taken.includes(coding))
}

/** Whether a page, or a file of one, has this path. */
export function isPagePath({ names, files }: Pages, path: string): boolean {
  if (path === '/ui/settings.json' || names.some((name) => path === `/${name}`)) return true
  return path.startsWith('/ui/') && files.has(path.slice('/ui/'.length))
}

/** The name of a chunk holds a digest of it, so that it never changes. */
const lasting = /^chunk-.+-[\w-]{8}\.js$/

/** `/panel` and `/supervisor`, in a demo `/demo`, and what they load under `/ui/`. No part of the API, so OpenAPI does not tell of them. */
export function addPages(app: FastifyInstance, pages: Pages): void {
  const send = async (name: string, request: FastifyRequest, reply: FastifyReply) => {
    const file = pages.files.get(name)
    if (file === undefined) {
      const hint = pages.files.size === 0 ? ' The pages were not built: run `npm run build`.' : ''
      throw new HttpRefusal('not_found', `There is no such page.${hint}`)
    }
    const { type, etag, plain } = file
    reply
      .headers(pages.headers)
      .headers({ etag, vary: 'accept-encoding' })
      .header('cache-control', lasting.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache')
    if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send()
    const coding = codingFor(request.headers['accept-encoding'])
    reply.type(type)
    if (coding === undefined) return reply.send(plain)
    return reply.header('content-encoding', coding).send(await compress(file, coding))
  }
  const method = ['GET', 'HEAD']
  for (const page of pages.names)
    app.route({ method, url: `/${page}`, handler: (request, reply) => send(`${page}.html`, request, reply) })
  app.route({
    method,
    url: '/ui/settings.json',
    handler: (_, reply) =>
      reply
        .headers({ ...pages.headers, 'cache-control': 'no-cache' })
        .type('application/json; charset=utf-8')
        .send(pages.settings),
  })
  app.route({
    method,
    url: '/ui/:name',
    handler: (request, reply) => send((request.params as { name: string }).name, request, reply),
  })
}
