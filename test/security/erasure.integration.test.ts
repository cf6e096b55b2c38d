// After a person is erased nothing of that one can be read: not in the file, the API, an export or a message; and the log verifies.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { verifyExport } from '../../src/audit/verify-export.ts'
import { createCuecard } from '../../src/create-cuecard.ts'
import { createSimulator } from '../../src/simulator/index.ts'
import { cuecard as command } from '../cli/start-cuecard.ts'
import { access } from '../retrieval/start-cuecard.ts'
import { articles, conversations } from '../simulator/sample-organisation.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-erasure-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const agents = Array.from({ length: 8 }, (_, index) => `agent-${index}-café-${(index * 7919).toString(36)}`)
const erased = agents[3] ?? ''

async function startService() {
  const simulator = createSimulator({ articles, conversations, quotaPerMinute: 100_000 })
  const cuecard = await createCuecard(
    {
      genesys: { ...access, quotaPerMinute: 100_000 },
      database: { url: `sqlite:${join(folder, 'cuecard.db')}` },
    },
    { transport: simulator.transport() },
  )
  // On a busy machine its threads take longer to start than a retrieval waits for them.
  await vi.waitUntil(async () => (await cuecard.health()).database?.ok, { timeout: 30_000 })
  return cuecard
}

type Service = Awaited<ReturnType<typeof startService>>

/** Calls of all agents, mixed, so that what is kept of each lies between that of the others. */
async function work({ retrieve, recordAdoption, recordRefusal }: Service, calls: number): Promise<void> {
  for (let at = 0; at < calls; at += 64)
    await Promise.all(
      Array.from({ length: Math.min(64, calls - at) }, async (_, index) => {
        const call = (at + index) * 31
        const agentId = agents[call % agents.length] ?? ''
        const interactionId = `call-${call}-of-${agentId}`
        const query = `late fee, said to ${agentId}`
        const { retrievalId, items } = await retrieve({
          interactionId,
          agentId,
          query,
          contextTags: [agentId],
        })
        const [item] = items
        const reason = `because ${agentId} knows better`
        if (item && call % 3 === 0)
          await recordAdoption(
            retrievalId,
            { type: 'dismissed', contentId: item.contentId, reason },
            { idempotencyKey: agentId },
          ).catch(() => {})
        if (call % 5 === 0) {
          const actor = { id: agentId, agentId, roles: ['agent'], divisions: [], via: 'jwt' } as const
          recordRefusal({ actor, action: 'audit.read', code: 'access.denied' })
        }
      }),
    )
  // Nobody waits for the record of a refusal: this one comes after it.
  await retrieve({ interactionId: 'last', agentId: 'last', query: 'late fee' })
}

/** What is stored of a person that nobody but the holder of the audit key could open, and that is to be gone too. */
function sealedOf(agentId: string): Buffer[] {
  const database = new DatabaseSync(join(folder, 'cuecard.db'), { readOnly: true })
  const rows = database
    .prepare(
      'select wrapped, box from person_keys join entries on entries.key_id = person_keys.id where agent_id = ?',
    )
    .all(agentId)
  database.close()
  return rows.flatMap(({ wrapped, box }) => [
    Buffer.from(wrapped as Uint8Array).subarray(0, 24),
    Buffer.from(box as Uint8Array).subarray(0, 24),
  ])
}

const fileBytes = () =>
  Buffer.concat(
    readdirSync(folder)
      .filter((name) => name.startsWith('cuecard.db'))
      .map((name) => readFileSync(join(folder, name))),
  )

async function exportOf({ audit }: Service): Promise<string[]> {
  const lines: string[] = []
  for await (const line of audit?.export({}, 'test') ?? []) lines.push(line)
  return lines
}

test.each([
  ['by the service', false],
  ['by the command, while the service runs', true],
])(
  'nothing of a person is left when it is erased %s',
  async (_, byCommand) => {
    const cuecard = await startService()
    await work(cuecard, 600)
    const sealed = sealedOf(erased)
    expect(sealed.length).toBeGreaterThan(100)
    expect(fileBytes().includes(erased)).toBe(true)

    if (byCommand) {
      const { status, stdout, stderr } = await command(
        ['audit', 'erase', '--agent', erased, '--yes', '--json'],
        {
          CUECARD_DATABASE_URL: `sqlite:${join(folder, 'cuecard.db')}`,
        },
      )
      expect([status, stderr]).toEqual([0, ''])
      expect(JSON.parse(stdout).entries).toBeGreaterThan(70)
    } else await cuecard.audit?.erase({ agentId: erased }, 'officer')

    const bytes = fileBytes()
    expect(bytes.includes(erased)).toBe(false)
    expect(sealed.filter((part) => bytes.includes(part)).length, `of ${sealed.length} sealed parts`).toBe(0)
    expect(bytes.includes(agents[4] ?? '')).toBe(true)

    const lines = await exportOf(cuecard)
    const read = JSON.stringify([
      lines,
      await cuecard.audit?.entries({ limit: 200 }),
      await cuecard.insights?.gaps({ limit: 200 }),
      await cuecard.deliveries?.list({ limit: 1000 }),
    ])
    expect(read).not.toContain(erased)
    expect(read).toContain(agents[4])
    expect((await cuecard.audit?.entries({ agentId: erased }))?.entries).toEqual([])
    const verdict = await verifyExport(Readable.from([lines.join('\n'), '\n']))
    expect([verdict.verified, verdict.failure]).toEqual([true, null])

    // The service goes on, with a new key for the same person, and forgets that one too.
    await work(cuecard, 64)
    expect((await cuecard.audit?.erase({ agentId: erased }, 'officer'))?.keys).toBeGreaterThan(0)
    expect(fileBytes().includes(erased)).toBe(false)
    await cuecard.close()
  },
  60_000,
)
