// How fast a retrieval is whose answer is in the cache: 15 items, 3 context tags, ranked, with contributions.
import { LRUCache } from 'lru-cache'
import { createCuecard, type RetrievalRequestInput } from '../src/index.ts'
import { assistContentBody, assistContentOnly, cannedGenesys } from './canned-genesys.ts'
import { median, percentile } from './statistics.ts'

const rounds = 7
const calls = 100_000
const tagSets = [
  ['card', 'fees', 'travel'],
  ['card', 'fraud', 'refund'],
  ['fees', 'limits', 'travel'],
]

/** 1,000 interactions of 200 agents about one pair of entities. */
function requests(tags: (index: number) => string[] | undefined): RetrievalRequestInput[] {
  return Array.from({ length: 1000 }, (_, index) => ({
    interactionId: `interaction-${index}`,
    agentId: `agent-${index % 200}`,
    entityIds: ['account-current', 'card-platinum'],
    contextTags: tags(index),
  }))
}

async function perSecond(run: (index: number) => unknown): Promise<number> {
  const start = performance.now()
  for (let index = 0; index < calls; index++) await run(index)
  return (calls * 1000) / (performance.now() - start)
}

export async function libraryHit(): Promise<Record<string, number>> {
  const { transport } = cannedGenesys(assistContentBody(15))
  const cuecard = await createCuecard(assistContentOnly, { transport })
  const again = requests(() => tagSets[0])
  const [first] = again
  if (first === undefined) throw new Error('no request')
  const reply = await cuecard.retrieve(first)
  if (reply.items.length !== 10) throw new Error('the reply is not what is to be measured')
  const bare = new LRUCache<string, typeof reply>({ max: 2000 })
  for (const { interactionId } of again) bare.set(interactionId, reply)

  // Each round asks in another situation than the one before: known answer, another context, so it ranks anew.
  const changing = tagSets.map((_, set) => requests((index) => tagSets[(index + set) % tagSets.length]))
  const measured = { again: [] as number[], changing: [] as number[], bare: [] as number[] }
  for (let round = 0; round <= rounds; round++) {
    const figures = {
      again: await perSecond((index) => cuecard.retrieve(again[index % 1000] ?? first)),
      changing: await perSecond((index) => {
        const set = changing[Math.floor(index / 1000) % changing.length] ?? again
        return cuecard.retrieve(set[index % 1000] ?? first)
      }),
      bare: await perSecond((index) => bare.get(again[index % 1000]?.interactionId ?? '')),
    }
    // The first round only warms up the compiler.
    if (round > 0) for (const key of ['again', 'changing', 'bare'] as const) measured[key].push(figures[key])
  }
  const times: number[] = []
  for (let index = 0; index < calls; index++) {
    const start = performance.now()
    await cuecard.retrieve(again[index % 1000] ?? first)
    times.push((performance.now() - start) * 1000)
  }
  await cuecard.close()
  const hits = median(measured.again)
  return {
    'retrieve() a second, same question again': Math.round(hits),
    'retrieve() a second, context changes each time': Math.round(median(measured.changing)),
    'bare lru-cache get of the reply, awaited, a second': Math.round(median(measured.bare)),
    'ratio to the bare get': hits / median(measured.bare),
    'p50 us': percentile(times, 0.5),
    'p99 us': percentile(times, 0.99),
  }
}
