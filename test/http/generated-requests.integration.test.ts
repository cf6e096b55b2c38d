// Thousands of requests nobody has thought of: valid, nearly valid, hostile. None may be answered 5xx, none may crash.

import fc from 'fast-check'
import { Agent, request as send } from 'undici'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { startService } from '../../src/http/start-service.ts'
import { start } from '../retrieval/start-cuecard.ts'
import { type AnyRequest, anyRequest } from './any-request.ts'
import { fakeCuecard, httpConfig, optionsOf } from './fake-parts.ts'

/** `CUECARD_GENERATED_REQUESTS=100000` for the long run. */
const count = Number(process.env.CUECARD_GENERATED_REQUESTS ?? 3000)

async function withService(run: (url: string) => Promise<void>): Promise<void> {
  const { cuecard } = await start({
    config: { latencyBudgetMs: 20 },
    simulator: { clock: systemClock, latency: { fixedMs: 0 } },
    ports: { clock: systemClock },
  })
  const served = fakeCuecard({
    retrieve: (request) => cuecard.retrieve(request as Parameters<typeof cuecard.retrieve>[0]),
    updateContext: (id, update) => cuecard.updateContext(id, update as object),
    stats: () => cuecard.stats(),
  })
  const service = await startService(
    optionsOf({
      cuecard: served.cuecard,
      clock: undefined,
      config: { ...httpConfig, requestsPerMinute: 10_000_000 },
    }),
  )
  try {
    await run(service.url)
  } finally {
    await service.close()
    await cuecard.close()
  }
}

interface Answer {
  readonly status: number
  readonly text: string
}

async function ask(url: string, agent: Agent, one: AnyRequest) {
  const hasBody = one.method !== 'GET' && one.method !== 'HEAD' && one.method !== 'OPTIONS'
  const { statusCode, body } = await send(`${url}${one.path}`, {
    dispatcher: agent,
    method: one.method,
    headers: {
      'idempotency-key': one.key,
      ...(hasBody && one.type !== '' && { 'content-type': one.type }),
      ...(one.token !== '' && { authorization: `Bearer ${one.token}` }),
    },
    ...(hasBody && { body: one.body }),
  })
  const answer: Answer = { status: statusCode, text: await body.text() }
  return answer
}

test(`${count} generated requests: none is answered 5xx, every refusal is a problem document`, async () => {
  await withService(async (url) => {
    const agent = new Agent({ connections: 16 })
    const statuses = new Map<number, number>()
    for (let done = 0; done < count; done += 500) {
      const batch = fc.sample(anyRequest, { numRuns: Math.min(500, count - done), seed: done + 1 })
      const answers = await Promise.all(batch.map((one) => ask(url, agent, one)))
      for (const [index, { status, text }] of answers.entries()) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status >= 500) throw new Error(`${status} to ${JSON.stringify(batch[index])}: ${text}`)
        if (status >= 400 && batch[index]?.method !== 'HEAD')
          expect(JSON.parse(text)).toMatchObject({ status })
      }
    }
    await agent.close()
    // The generators reach what they are for.
    for (const status of [200, 201, 204, 400, 401, 403, 404, 405, 415])
      expect(statuses.get(status) ?? 0, `answers with ${status}`).toBeGreaterThan(0)
  })
}, 600_000)
