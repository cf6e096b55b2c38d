// What `cuecard serve` stands on, made from the configuration.
import { readFileSync } from 'node:fs'
import { createAuthenticator } from '../access/authenticate.ts'
import { Sessions } from '../access/sessions.ts'
import { systemClock } from '../clock.ts'
import type { CuecardConfig } from '../config/config-schema.ts'
import { createCuecard } from '../create-cuecard.ts'
import { tokenOwner } from '../genesys/token-owner.ts'
import { undiciTransport } from '../genesys/undici-transport.ts'
import { type Pages, readPages } from '../http/pages.ts'
import { csvOf } from '../ledger/export-csv.ts'
import type { WaitingWorkers } from '../ledger/thread-workers.ts'
import { createLogger } from '../telemetry/logger.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import type { ServedParts, StartOptions } from './serve-command.ts'

/** Connections for checking agents' own tokens. */
const tokenConnections = 20

/** @throws CuecardError `config.invalid`. */
export async function servedParts(
  config: CuecardConfig,
  workers: WaitingWorkers,
  { isDemo = false }: StartOptions = {},
): Promise<ServedParts> {
  const clock = systemClock
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const logger = createLogger({ level: config.logLevel, maskPatterns: config.auditLog.maskPatterns })
  const metrics = createMetrics({ clock, version })
  const transport = undiciTransport({ connections: tokenConnections })
  const close = async () => {
    metrics.close()
    await transport.close()
  }
  try {
    const sessions = new Sessions(clock)
    const authenticator = createAuthenticator({
      settings: config.access,
      clock,
      ownerOf: config.genesys && tokenOwner({ apiUrl: config.genesys.apiUrl, transport, clock }),
      sessions,
      onProblem: (error) => logger.warn({ err: error }, 'A credential source has a problem'),
    })
    const cuecard = await createCuecard(config, {
      clock,
      metrics,
      workers,
      onNotice: (notice) => logger.warn({}, notice),
      onRecordFailure(failure) {
        if (failure === undefined) logger.info({}, 'The record is written again')
        else logger.error({ audit: config.audit }, `Nothing can be recorded: ${failure}`)
      },
    })
    // What is wrong with the database from the start is told at the start.
    void cuecard.health()
    return {
      cuecard,
      authenticator,
      logger,
      metrics: () => metrics.text(),
      observe: ({ method, route, status, ms }) => metrics.httpDone(route, method, status, ms / 1000),
      exportToCsv: csvOf,
      sessions,
      pages: config.pages.enabled ? pagesOf(config, version, isDemo) : undefined,
      clock,
      async close() {
        await authenticator.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** As `npm run build` leaves them. */
const pagesFolder = new URL('../../dist/ui/', import.meta.url)

function pagesOf({ genesys, mirror, pages }: CuecardConfig, version: string, isDemo: boolean): Pages {
  const clientId = pages.genesysClientId
  const apps = genesys && /^https:\/\/api\.([^/]+)$/.exec(new URL(genesys.apiUrl).origin)?.[1]
  return readPages(pagesFolder, {
    settings: {
      version,
      genesys:
        genesys && clientId !== undefined
          ? { clientId, loginUrl: genesys.loginUrl, apiUrl: genesys.apiUrl }
          : null,
      hasArticles: mirror.enabled,
      isDemo,
    },
    frameOrigins: [...(apps ? [`https://apps.${apps}`] : []), ...pages.frameOrigins],
  })
}
