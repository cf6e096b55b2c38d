// The settings of the service and its record: HTTP, access, database, audit log, deliveries.
import { z } from 'zod'
import { roles } from '../access/actor.ts'
import { Secret } from '../oauth/token-provider.ts'
import { names, whole } from './setting.ts'

const path = z.string({ error: 'must be a path' }).min(1, 'must be a path').max(4096)

export const http = z
  .strictObject({
    /** Without it: this machine only, until keys or a JWKS are configured. */
    host: z.string().min(1).max(255).optional(),
    port: whole(0, 65_535).default(4300),
    maxBodyKilobytes: whole(1, 10_240).default(64),
    /** Requests under way at a time; more are answered 503. */
    maxConcurrentRequests: whole(1, 100_000).default(1000),
    /** Milliseconds of event-loop delay above which requests are answered 503. */
    maxEventLoopDelayMs: whole(10, 60_000).default(150),
    /** For each caller. */
    requestsPerMinute: whole(1, 10_000_000).default(60_000),
    /** For what runs when the service is asked to end. */
    shutdownSeconds: whole(1, 300).default(10),
    /** Whether `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
    trustProxy: z.boolean().default(false),
  })
  .prefault({})

const claim = z.string().min(1).max(256)

export const access = z
  .strictObject({
    apiKeysFile: path.optional(),
    jwt: z
      .strictObject({
        jwksUrl: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }),
        issuer: z.string().min(1).max(1024).optional(),
        audience: z.string().min(1).max(1024).optional(),
        /** Names of the claims; a dot goes into an object. */
        rolesClaim: claim.default('roles'),
        agentIdClaim: claim.default('sub'),
        divisionsClaim: claim.default('divisions'),
        /** The token's own words for cuecard's roles. */
        roleNames: z.partialRecord(z.enum(roles), z.string().min(1).max(256)).default({}),
      })
      .optional(),
    /** Whether an agent may show its own Genesys token, which is checked with `GET /api/v2/users/me`. */
    genesysTokens: z.boolean().default(true),
    genesysTokenSeconds: whole(1, 3600).default(60),
  })
  .prefault({})

/** Where the record is kept; absent: nowhere. */
export const database = z
  .strictObject({
    url: z.union(
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
    ),
    /** PostgreSQL only. */
    connections: whole(2, 100).default(4),
  })
  .optional()

/** When nothing can be recorded: `required` answers 503, `available` answers, and the log tells of the gap. */
export const audit = z
  .enum(['required', 'available'], { error: 'must be required or available' })
  .default('required')

/** `strict`: an entry is on disk before the reply leaves. `relaxed`: within some milliseconds after it. */
export const durability = z
  .enum(['strict', 'relaxed'], { error: 'must be strict or relaxed' })
  .default('strict')

export const auditLog = z
  .strictObject({
    /** The log's name in its checkpoints: a host and a path, without a scheme. Fixed when the log is made. */
    origin: z
      .string()
      .regex(/^[!-*,-~]{1,200}$/, 'must be 1 to 200 printable ASCII characters without spaces and "+"')
      .optional(),
    /** 32 random bytes in base64 or hex. Absent with SQLite: made beside the database. */
    keyFile: path.optional(),
    retentionMonths: whole(1, 240).default(13),
    searchableDays: whole(1, 7300).default(90),
    /** Regular expressions of what is masked beside card numbers. */
    maskPatterns: z
      .array(z.string().min(1).max(500).refine(isPattern, 'must be a regular expression'))
      .max(50)
      .default([]),
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
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9, - and _'),
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).max(2048),
  /** Each signs every message, so that a new one can be brought in before the old one goes. */
  secrets: z.array(z.instanceof(Secret)).min(1).max(4).optional(),
  /** A file with one secret a line. */
  secretFile: path.optional(),
})

export const delivery = z
  .strictObject({
    webhooks: z.array(webhook).max(20).default([]),
    /** Hosts and addresses that may be private: `localhost`, `10.0.0.7`, `hooks.internal`. */
    allowedHosts: names.default([]),
    timeoutSeconds: whole(1, 60).default(15),
    /** Messages under way at a time to one endpoint. */
    concurrency: whole(1, 1000).default(32),
  })
  .prefault({})

/** Whether what agents did with items is told to Genesys, at the lowest priority of the quota. */
export const writeBack = z.strictObject({ enabled: z.boolean().default(false) }).prefault({})

export const redis = z
  .strictObject({
    url: z.union(
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
    ),
  })
  .optional()

export const logLevel = z
  .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
    error: 'must be silent, fatal, error, warn, info, debug or trace',
  })
  .default('info')
