// Where Genesys Cloud runs.
import { CuecardError } from '../errors.ts'

/** AWS region to Genesys domain, as in the official SDK's `PureCloudRegionHosts` 262.0.0. */
export const regions: Readonly<Record<string, string>> = {
  us_east_1: 'mypurecloud.com',
  eu_west_1: 'mypurecloud.ie',
  ap_southeast_2: 'mypurecloud.com.au',
  ap_northeast_1: 'mypurecloud.jp',
  eu_central_1: 'mypurecloud.de',
  us_west_2: 'usw2.pure.cloud',
  ca_central_1: 'cac1.pure.cloud',
  ap_northeast_2: 'apne2.pure.cloud',
  eu_west_2: 'euw2.pure.cloud',
  ap_south_1: 'aps1.pure.cloud',
  us_east_2: 'use2.us-gov-pure.cloud',
  sa_east_1: 'sae1.pure.cloud',
  me_central_1: 'mec1.pure.cloud',
  ap_northeast_3: 'apne3.pure.cloud',
  eu_central_2: 'euc2.pure.cloud',
  mx_central_1: 'mxc1.pure.cloud',
  ap_southeast_1: 'apse1.pure.cloud',
  eusc_de_east_1: 'edee1.eusc-pure.cloud',
}

/**
 * The domain of a region, given as domain (`mypurecloud.de`), SDK key (`eu_central_1`) or AWS name (`eu-central-1`).
 * @throws CuecardError `config.invalid` for anything else.
 */
export function regionDomain(region: string): string {
  const name = region.trim().toLowerCase()
  if (Object.values(regions).includes(name)) return name
  const key = name.replaceAll('-', '_')
  const domain = Object.hasOwn(regions, key) ? regions[key] : undefined
  if (domain !== undefined) return domain
  throw new CuecardError(
    'config.invalid',
    `GENESYS_REGION: "${region}" is not a Genesys Cloud region; use one of ${Object.values(regions).join(', ')}`,
    { field: 'genesys.region' },
  )
}
