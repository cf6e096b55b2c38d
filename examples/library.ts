// The library in a dozen lines, against the simulator: `node examples/library.ts` in a clone, after `npm ci`.
import { createCuecard } from 'cuecard'
import { createSimulator } from 'cuecard/simulator'

const simulator = createSimulator({
  articles: [
    {
      id: 'lost',
      title: 'Lost card: block it at once',
      body: 'Identify the caller. Block the card. Order a new one.',
      tags: ['card'],
    },
    {
      id: 'fees',
      title: 'Fees abroad',
      body: 'Paying abroad costs 1.75 %. Cash costs 5 EUR.',
      tags: ['card', 'fees'],
    },
  ],
})
const genesys = await simulator.listen()

const cuecard = await createCuecard({
  genesys: {
    clientId: 'simulator',
    clientSecret: 'simulator-secret',
    apiUrl: genesys.url,
    loginUrl: genesys.url,
  },
})
await cuecard.warmUp()
await cuecard.updateContext('call-1', { language: 'en-US', utterance: 'what does my card cost abroad?' })

const { items, freshness, degraded } = await cuecard.retrieve({
  interactionId: 'call-1',
  agentId: 'agent-7',
  contextTags: ['fees'],
})
console.log(freshness, degraded)
for (const { title, score, explanation } of items) {
  const reasons = explanation.map(({ feature, contribution }) => `${feature} ${contribution.toFixed(2)}`)
  console.log(`${score.toFixed(2)}  ${title}  (${reasons.join(' + ')})`)
}

await cuecard.close()
await genesys.close()
