// 1,000 agents ask the same, cold, at once.
import { createCuecard } from '../src/index.ts'
import { assistContentBody, assistContentOnly, cannedGenesys } from './canned-genesys.ts'

export async function coldKey(): Promise<Record<string, number>> {
  const genesys = cannedGenesys(assistContentBody(15))
  const cuecard = await createCuecard(assistContentOnly, { transport: genesys.transport })
  const ask = (_: unknown, index: number) =>
    cuecard.retrieve({ interactionId: `i-${index}`, agentId: `a-${index}`, entityIds: ['card'] })
  const replies = await Promise.all(Array.from({ length: 1000 }, ask))
  await cuecard.close()
  return {
    'retrievals at once': replies.length,
    'answered with items': replies.filter(({ items }) => items.length > 0).length,
    'calls to Genesys': genesys.calls(),
  }
}
