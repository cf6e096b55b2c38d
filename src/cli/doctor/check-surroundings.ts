// Checks that need no network: Node and the configuration.
import type { CuecardConfig } from '../../config/config-schema.ts'
import { type Environment, loadConfig } from '../../config/load-config.ts'
import { type CuecardError, isCuecardError } from '../../errors.ts'
import { type Finding, failed, failedBy, passed } from './finding.ts'

/** `version` as in `process.versions.node`. */
export function checkNode(version: string): Finding {
  if (Number(version.split('.')[0]) >= 24) return passed('Node', version)
  return failed('Node', `${version} is too old`, 'Install Node 24 or later from https://nodejs.org')
}

/** A setting that can be missing, and a stand-in with which the search for the next one goes on. */
const standIns: Readonly<Record<string, Environment>> = {
  'genesys.clientId': { GENESYS_CLIENT_ID: 'x' },
  'genesys.clientSecret': { GENESYS_CLIENT_SECRET: 'x' },
  'genesys.region': { GENESYS_REGION: 'mypurecloud.com' },
}

/** The configuration, or one finding for each setting that is missing or wrong. */
export function checkConfiguration(
  environment: Environment,
  file: string | undefined,
  defaults: Parameters<typeof loadConfig>[2] = {},
): CuecardConfig | readonly Finding[] {
  const problems: CuecardError[] = []
  let completed = environment
  for (;;) {
    try {
      const config = loadConfig(completed, file, defaults)
      return problems.length === 0 ? config : problems.map(problemOf)
    } catch (error) {
      if (!isCuecardError(error, 'config.invalid')) throw error
      problems.push(error)
      const { field = '' } = error.details
      const standIn = standIns[field]
      const again = problems.filter(({ details }) => details.field === field).length > 1
      if (standIn === undefined || again) return problems.map(problemOf)
      completed = { ...completed, ...standIn }
    }
  }
}

function problemOf(error: CuecardError): Finding {
  return failedBy('configuration', error, 'Correct it in the environment or the file')
}
