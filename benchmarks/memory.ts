// Resident memory of a process of its own with 10,000 live interactions and a full cache of 64 MB.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createCuecard } from '../src/index.ts'
import { assistContentBody, assistContentOnly, cannedGenesys } from './canned-genesys.ts'

/** Flags that keep V8 from letting garbage lie, as `docs/operations.md` advises for small machines. */
const bounded = ['--max-semi-space-size=4', '--max-old-space-size=256']

export async function memory(): Promise<Record<string, number>> {
  return { ...inProcess(bounded, 'bounded heap'), ...inProcess([], "Node's defaults") }
}

function inProcess(flags: readonly string[], name: string): Record<string, number> {
  const self = fileURLToPath(import.meta.url)
  const figures = JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', ...flags, self], { encoding: 'utf8' }),
  )
  return Object.fromEntries(
    Object.entries<number>(figures).map(([label, value]) => [`${name}: ${label}`, value]),
  )
}

async function measure(): Promise<Record<string, number>> {
  const emptyMb = process.memoryUsage.rss() / 2 ** 20
  const { transport } = cannedGenesys(assistContentBody(15))
  const config = { ...assistContentOnly, genesys: { ...assistContentOnly.genesys, quotaPerMinute: 100_000 } }
  const cuecard = await createCuecard(config, { transport })
  for (let index = 0; index < 10_000; index++) {
    const interactionId = `interaction-${index}`
    for (let turn = 0; turn < 6; turn++)
      await cuecard.updateContext(interactionId, {
        tags: ['card', `tag-${index % 50}`],
        language: 'en-US',
        utterance: `Turn ${turn} of ${index}: I was charged twice for something that I never bought, and I want it back.`,
      })
    await cuecard.retrieve({
      interactionId,
      agentId: `agent-${index % 200}`,
      // Interactions share their topics, and these are a few more than fit.
      entityIds: [`product-${index % 3000}`],
    })
  }
  const { bytes, entries } = cuecard.stats().cache
  await settled()
  const rssMb = process.memoryUsage.rss() / 2 ** 20
  await cuecard.close()
  return {
    'resident MB': rssMb,
    'resident MB of the empty process': emptyMb,
    'heap used MB': process.memoryUsage().heapUsed / 2 ** 20,
    'cache, as counted MB': bytes / 2 ** 20,
    'cache entries': entries,
  }
}

/** Memory that is no longer used goes back to the system when the process is idle; this is the moment to look. */
async function settled(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(await measure()))
