// The settings of how Genesys is reached.
import { z } from 'zod'
import { CuecardError } from '../errors.ts'
import { regionDomain } from '../genesys/regions.ts'
import { Secret } from '../oauth/token-provider.ts'
import { names as anyNames, whole } from './setting.ts'

const names = anyNames.min(1)

/** What is wrong with a value that is absent, or no string. */
const missing =
  (hint: string) =>
  ({ input }: { readonly input?: unknown }) =>
    input === undefined ? `is missing; ${hint}` : 'must be a string'

const text = (hint: string, max: number) =>
  z
    .string({ error: missing(hint) })
    .min(1, `is missing; ${hint}`)
    .max(max, `must have at most ${max} characters`)

/** An origin, with a path where a gateway needs one; http only on this machine, since a secret travels over it. */
const address = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .transform((text) => text.replace(/\/+$/, ''))
  .refine((text) => {
    const { protocol, hostname } = new URL(text)
    return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  }, 'must be https, unless it is on this machine: the client secret travels over it')
  .refine((text) => {
    const { username, password, search, hash } = new URL(text)
    return username + password + search + hash === ''
  }, 'must not hold credentials, a query or a fragment')

const secretHint = 'set GENESYS_CLIENT_SECRET, or GENESYS_CLIENT_SECRET_FILE'

/** What gives access to Genesys. */
export const genesysHint = 'set GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and GENESYS_REGION'

export const genesys = z.strictObject(
  {
    clientId: text('set GENESYS_CLIENT_ID', 256)
      .regex(/^[!-9;-~]+$/, 'must be printable ASCII without spaces and colons')
      .describe('OAuth client with the grant *Client Credentials*'),
    clientSecret: z
      .union([z.instanceof(Secret), text(secretHint, 1024).transform((secret) => new Secret(secret))], {
        error: missing(secretHint),
      })
      .describe('Its secret; never in the file'),
    region: z
      .string()
      .optional()
      .describe('`mypurecloud.de`, `euw2.pure.cloud`, ..., or `eu_central_1`, or `eu-central-1`'),
    apiUrl: address
      .optional()
      .describe(
        'For the simulator or a gateway; https, or http on this machine. Without it that of the region',
      ),
    loginUrl: address.optional().describe('The same for the login host'),
    knowledgeBaseIds: names
      .optional()
      .describe('Knowledge bases to search; the first 3 are. Without it all published ones of the language'),
    quotaPerMinute: whole(1, 100_000)
      .default(300)
      .describe('Calls that Genesys grants this client in a minute'),
  },
  { error: 'must be an object' },
)

/** How Genesys is reached, and as whom. */
export type GenesysAccess = z.output<typeof genesys> & {
  readonly apiUrl: string
  readonly loginUrl: string
}

/** With the addresses of its region where it names none. @throws CuecardError `config.invalid`. */
export function withAddresses(access: z.output<typeof genesys>): GenesysAccess {
  const { region, apiUrl, loginUrl } = access
  if (region === undefined && (apiUrl === undefined || loginUrl === undefined))
    throw new CuecardError(
      'config.invalid',
      'genesys.region: is missing; set GENESYS_REGION (such as mypurecloud.de), or GENESYS_API_URL and GENESYS_LOGIN_URL',
      { field: 'genesys.region' },
    )
  const domain = region === undefined ? '' : regionDomain(region)
  return {
    ...access,
    apiUrl: apiUrl ?? `https://api.${domain}`,
    loginUrl: loginUrl ?? `https://login.${domain}`,
  }
}
