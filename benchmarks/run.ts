// `npm run bench [-- --json] [-- --only NAME]`: every figure that a document of this project names is printed here.
import { parseArgs } from 'node:util'
import { audit } from './audit.ts'
import { coldKey } from './cold-key.ts'
import { httpHit } from './http-hit.ts'
import { insight } from './insight.ts'
import { libraryHit } from './library-hit.ts'
import { memory } from './memory.ts'
import { mirrorRun } from './mirror-run.ts'
import { mirrorStart } from './mirror-start.ts'
import { miss } from './miss.ts'
import { nearDuplicatesOf } from './near-duplicates.ts'
import { outageRun } from './outage-run.ts'
import { panel } from './panel.ts'
import { pushRun } from './push-run.ts'
import { quotaRun } from './quota-run.ts'
import { relay } from './relay.ts'
import { search } from './search.ts'
import { serviceProcess } from './service-process.ts'

const benchmarks: Readonly<Record<string, () => Promise<Record<string, number>>>> = {
  'library-hit': libraryHit,
  miss,
  'cold-key': coldKey,
  'quota-run': quotaRun,
  'push-run': pushRun,
  'mirror-run': mirrorRun,
  'mirror-start': mirrorStart,
  'outage-run': outageRun,
  memory,
  'http-hit': httpHit,
  'service-process': serviceProcess,
  audit,
  relay,
  insight,
  search,
  'near-duplicates': nearDuplicatesOf,
  panel,
}

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, only: { type: 'string', multiple: true } },
})
const chosen = values.only ?? Object.keys(benchmarks)
const unknown = chosen.find((name) => benchmarks[name] === undefined)
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}"; there are ${Object.keys(benchmarks).join(', ')}.`)
  process.exit(2)
}

const results: Record<string, Record<string, number>> = {}
for (const name of chosen) {
  if (!values.json) console.log(`\n${name}`)
  const figures = (await benchmarks[name]?.()) ?? {}
  results[name] = figures
  if (values.json) continue
  for (const [label, value] of Object.entries(figures))
    console.log(`  ${label.padEnd(78)} ${format(value).padStart(12)}`)
}
if (values.json) console.log(JSON.stringify({ node: process.version, results }, null, 2))

function format(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toPrecision(4)
}
