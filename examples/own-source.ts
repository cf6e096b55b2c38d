// A source of your own beside the Genesys ones: `node examples/own-source.ts` in a clone, after `npm ci`.
import { type ContentItem, type ContentSource, createCuecard, systemClock } from 'cuecard'
import { createSimulator } from 'cuecard/simulator'

const branches = [
  { id: 'branch-lisbon', city: 'Lisbon', text: 'Rua Augusta 1, open 9 to 16. Gives emergency cash.' },
]

const branchSource: ContentSource = {
  name: 'branches',
  // Equal keys share one cached answer; undefined: nothing to ask.
  key: ({ query }) => (query === '' ? undefined : query),
  // May be asynchronous; must settle by `call.deadline`, and may watch `call.signal`.
  retrieve({ query }) {
    const found = branches.filter(({ city }) => query.toLowerCase().includes(city.toLowerCase()))
    const now = systemClock.now()
    return {
      source: 'branches',
      items: found.map(itemOf),
      fetchedAt: now,
      freshUntil: now,
      upstreamMs: 0,
      queuedMs: 0,
    }
  },
}

function itemOf({ id, city, text }: (typeof branches)[number]): ContentItem {
  return {
    contentId: id,
    title: `Branch in ${city}`,
    snippet: text,
    url: null,
    contentType: 'branch',
    language: null,
    tags: ['branch', 'travel'],
    isCompliant: false,
    relevanceScore: 0.8,
    source: 'branches',
    version: null,
    updatedAt: null,
    state: 'Published',
    visible: true,
    availableFrom: Number.NEGATIVE_INFINITY,
    availableUntil: Number.POSITIVE_INFINITY,
    labels: [],
    category: null,
  }
}

const simulator = createSimulator({
  articles: [{ id: 'cash', title: 'Emergency cash abroad', body: 'Paid out at a branch.', tags: ['travel'] }],
})
const transport = simulator.transport()
const url = 'http://localhost'
const genesys = { clientId: 'simulator', clientSecret: 'simulator-secret', apiUrl: url, loginUrl: url }
const cuecard = await createCuecard({ genesys }, { transport, sources: [branchSource] })

const request = { interactionId: 'call-1', agentId: 'agent-7', contextTags: ['travel'] }
const { items } = await cuecard.retrieve({ ...request, query: 'where do I get emergency cash in Lisbon?' })
for (const { title, score, source } of items) console.log(`${score.toFixed(2)}  ${title}  (${source})`)

await cuecard.close()
