// A retrieval, what came of it, and the proof of both: `node examples/record.ts` in a clone, after `npm ci`.
import { createCuecard } from 'cuecard'
import { verifyExport } from 'cuecard/audit'
import { createSimulator } from 'cuecard/simulator'

const simulator = createSimulator({
  articles: [{ id: 'lost', title: 'Lost card: block it at once', body: 'Block the card. Order a new one.' }],
})
const url = 'http://localhost'
const genesys = { clientId: 'simulator', clientSecret: 'simulator-secret', apiUrl: url, loginUrl: url }
// In memory for the example: `sqlite:./cuecard.db` or `postgres://...` keeps it.
const database = { url: 'sqlite::memory:' }
const cuecard = await createCuecard({ genesys, database }, { transport: simulator.transport() })

const request = { interactionId: 'call-1', agentId: 'agent-7', query: 'I lost my card' }
const { retrievalId, items } = await cuecard.retrieve(request)
const [best] = items
if (best) await cuecard.recordAdoption(retrievalId, { type: 'inserted', contentId: best.contentId })

const { audit, insights } = cuecard
if (audit === undefined || insights === undefined) throw new Error('there is a database')
const { total } = await insights.adoption({})
console.log(`${total.used.count} of ${total.shown} shown items used`)

async function* bytes(lines: AsyncIterable<string>) {
  for await (const line of lines) yield Buffer.from(`${line}\n`)
}
const verdict = await verifyExport(bytes(audit.export({}, 'example')), {
  publicKey: await audit.verifierKey(),
})
console.log(`${verdict.verified ? 'verified' : 'NOT verified'}: ${verdict.entries} entries`)

await cuecard.close()
