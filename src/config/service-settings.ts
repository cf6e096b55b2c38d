// The settings of the service and its record: HTTP, access, database, audit log, deliveries.
import { z } from 'zod'
import { roles } from '../access/actor.ts'
import { Secret } from '../secret.ts'
import { names, whole } from './setting.ts'

/** As browsers send it; without TLS only on this machine. */
const originForm = /^(https:\/\/[^\s;,'"/*]+|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?)$/

const path = z.string({ error: 'must be a path' }).min(1, 'must be a path').max(4096)

export const http = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe('Address to listen on. Without it: this machine only. Another one needs API keys or a JWKS'),
    port: whole(0, 65_535).default(4300).describe('Port to listen on; 0 takes any free one'),
    maxBodyKilobytes: whole(1, 10_240).default(64).describe('A larger request body is refused with 413'),
    maxConcurrentRequests: whole(1, 100_000)
      .default(1000)
      .describe('Requests under way at a time; more are answered 503 with Retry-After'),
    maxEventLoopDelayMs: whole(10, 60_000)
      .default(150)
      .describe('Delay of the event loop above which requests are answered 503 with Retry-After'),
    requestsPerMinute: whole(1, 10_000_000)
      .default(60_000)
      .describe('For each caller; more are answered 429'),
    shutdownSeconds: whole(1, 300)
      .default(10)
      .describe('For what still runs when the service is asked to end'),
    corsOrigins: z
      .array(z.string().regex(originForm, 'must be an origin such as https://desk.example'))
      .max(100)
      .default([])
      .describe(
        'Whose pages may call the API from a browser, with a credential of their own: desktops that hold the panel',
      ),
    trustProxy: z
      .boolean()
      .default(false)
      .describe(
        'Whether X-Forwarded-For and X-Forwarded-Proto are believed; only behind a proxy that sets them',
      ),
  })
  .prefault({})

const claim = z.string().min(1).max(256)

export const access = z
  .strictObject({
    apiKeysFile: path.optional().describe('File with the hashed API keys'),
    jwt: z
      .strictObject({
        jwksUrl: z
          .url({ protocol: /^https?$/, error: 'must be an http or https address' })
          .describe('JSON Web Key Set that the tokens of callers are checked with'),
        issuer: z.string().min(1).max(1024).optional().describe('`iss` that a token must have'),
        audience: z.string().min(1).max(1024).optional().describe('`aud` that a token must have'),
        rolesClaim: claim.default('roles').describe('Claim that holds the roles; a dot goes into an object'),
        agentIdClaim: claim.default('sub').describe('Claim that holds the id of the Genesys user'),
        divisionsClaim: claim.default('divisions').describe('Claim that holds the Genesys divisions'),
        roleNames: z
          .partialRecord(z.enum(roles), z.string().min(1).max(256))
          .default({})
          .describe('Words of the token for the roles of cuecard: `service: assist-backend`'),
      })
      .optional(),
    genesysTokens: z
      .boolean()
      .default(true)
      .describe(
        'Whether agents may show their own Genesys token, which is checked with `GET /api/v2/users/me`',
      ),
    genesysTokenSeconds: whole(1, 3600)
      .default(60)
      .describe('For so long a checked token is not checked again'),
  })
  .prefault({})

/** Where the record is kept; absent: nowhere. */
export const database = z
  .strictObject({
    url: z
      .union(
        [
          z.instanceof(Secret),
          z
            .string()
            .min(1)
            .transform((url) => new Secret(url)),
        ],
        {
          error: 'must be sqlite:<file> or postgres://...',
        },
      )
      .describe(
        '`sqlite:FILE` or `postgres://...`. The service uses `sqlite:./cuecard.db` without it; the library records nothing',
      ),
    connections: whole(2, 100)
      .default(4)
      .describe('Connections of each of two threads at the most, besides one for commits; PostgreSQL only'),
  })
  .optional()

/** When nothing can be recorded: `required` answers 503, `available` answers, and the log tells of the gap. */
export const audit = z
  .enum(['required', 'available'], { error: 'must be required or available' })
  .default('required')
  .describe(
    'When nothing can be recorded: `required` answers 503; `available` answers, and the log tells of the gap',
  )

/** `strict`: an entry is on disk before the reply leaves. `relaxed`: within some milliseconds after it. */
export const durability = z
  .enum(['strict', 'relaxed'], { error: 'must be strict or relaxed' })
  .default('strict')
  .describe('`strict`: an entry is on disk before the reply leaves. `relaxed`: some milliseconds after it')

export const auditLog = z
  .strictObject({
    origin: z
      .string()
      .regex(/^[!-*,-~]{1,200}$/, 'must be 1 to 200 printable ASCII characters without spaces and "+"')
      .optional()
      .describe(
        'Name of the log in its checkpoints: a host and a path, without a scheme. Fixed when the log is made',
      ),
    keyFile: path
      .optional()
      .describe(
        '32 random bytes in base64 or hex. With SQLite made beside the database where it is absent; PostgreSQL needs it',
      ),
    retentionMonths: whole(1, 240)
      .default(13)
      .describe('Then the body of an entry is removed; its place in the log stays'),
    searchableDays: whole(1, 7300).default(90).describe('So far back entries are searched'),
    maskPatterns: z
      .array(z.string().min(1).max(500).refine(isPattern, 'must be a regular expression'))
      .max(50)
      .default([])
      .describe('Regular expressions of what is masked, besides card numbers, before anything is stored'),
  })
  .prefault({})

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'gu')
    return true
  } catch {
    return false
  }
}

const webhook = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9, - and _')
    .describe('Name of the endpoint in metrics, deliveries and commands'),
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .max(2048)
    .describe('Where events are posted'),
  secrets: z
    .array(z.instanceof(Secret))
    .min(1)
    .max(4)
    .optional()
    .describe(
      'Standard Webhooks secrets (`whsec_...`); each signs every message, so that a new one can come before the old one goes. By the variable, or by the library',
    ),
  secretFile: path.optional().describe('File with one secret a line'),
})

export const delivery = z
  .strictObject({
    webhooks: z
      .array(webhook)
      .max(20)
      .default([])
      .describe('Who receives the events. The variables make one endpoint, named `default`'),
    allowedHosts: names
      .default([])
      .describe('Hosts and addresses of webhooks that may be private: `localhost`, `10.0.0.7`'),
    timeoutSeconds: whole(1, 60).default(15).describe('For one attempt'),
    concurrency: whole(1, 1000).default(32).describe('Messages under way at a time to one endpoint'),
  })
  .prefault({})

/** Whether what agents did with items is told to Genesys, at the lowest priority of the quota. */
export const writeBack = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Whether what agents did with items is told to Genesys, at the lowest priority of the quota'),
  })
  .prefault({})

/** The pages for browsers. */
export const pages = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether the service shows `/panel` and `/supervisor`'),
    frameOrigins: z
      .array(z.string().regex(/^https:\/\/[^\s;,'"/]+$/, 'must be an origin such as https://desk.example'))
      .max(100)
      .default([])
      .describe(
        "Whose pages may show it in a frame, besides this service's own and Genesys Cloud's of the region",
      ),
    genesysClientId: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .describe('Of an OAuth client of the kind *Code Authorization (PKCE)*, by which agents sign in'),
  })
  .prefault({})

export const redis = z
  .strictObject({
    url: z
      .union(
        [
          z.instanceof(Secret),
          z
            .string()
            .regex(/^rediss?:\/\//, 'must be redis:// or rediss://')
            .transform((url) => new Secret(url)),
        ],
        {
          error: 'must be redis:// or rediss://',
        },
      )
      .describe(
        '`redis://` or `rediss://`: a cache that processes share, on Redis or Valkey. One server, no cluster',
      ),
  })
  .optional()

export const logLevel = z
  .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
    error: 'must be silent, fatal, error, warn, info, debug or trace',
  })
  .default('info')
  .describe('Lines below this level are not written')
