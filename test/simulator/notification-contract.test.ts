// Every message that the simulator sends, held against Genesys's published models where they are at hand.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { readTopic } from '../../src/notifications/topics.ts'
import { stableId } from '../../src/simulator/stable-id.ts'
import { conversationOf, lengthOf, startFollowing } from '../notifications/start-following.ts'
import { articles, conversations } from './sample-organisation.ts'

const file =
  process.env.CUECARD_GENESYS_NOTIFICATIONS ??
  fileURLToPath(new URL('../../../shared/contract/genesys-notification-schemas.json', import.meta.url))

interface Models {
  readonly topics: readonly { readonly topic: string; readonly class: string }[]
  readonly definitions: Record<string, { properties?: object; additionalProperties?: unknown }>
}

/** The problems of a body; a property that the model does not name is one too. */
function bodyProblems() {
  const { topics, definitions }: Models = JSON.parse(readFileSync(file, 'utf8'))
  for (const model of Object.values(definitions))
    if (model.properties !== undefined) model.additionalProperties ??= false
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  for (const format of ['int32', 'int64', 'float', 'double', 'interval']) ajv.addFormat(format, true)
  ajv.addSchema({ $id: 'models', definitions })
  return (topicName: string, body: unknown): unknown => {
    const id = readTopic(topicName)?.id ?? ''
    const model = topics.find(({ topic }) => topic === topicName.replace(`.${id}.`, '.{id}.'))?.class
    const validate = ajv.getSchema(`models#/definitions/${model}`)
    return validate?.(body) === true ? [] : [topicName, validate?.errors]
  }
}

test.runIf(existsSync(file))(
  'every message has the form of its topic',
  async () => {
    const problemsOf = bodyProblems()
    const talk = { ...conversationOf('c-2', [3, 12]), queue: 'Cards' }
    const played = [...conversations, talk]
    const { clock, simulator, notifications, came, close } = startFollowing({
      simulator: { articles, conversations: played },
      settings: { queueIds: [stableId('Simulated Organisation', 'queue', 'Cards')] },
    })
    for (const { id } of played) notifications.follow(id)
    await clock.advance(1000)
    simulator.play()
    await clock.advance(Math.max(...played.map(lengthOf)) + 60_000)
    close()
    const bodies = came.filter(({ topicName }) => topicName.startsWith('v2.'))
    expect(new Set(bodies.map(({ topicName }) => readTopic(topicName)?.kind))).toEqual(
      new Set(['conversation', 'transcription', 'suggestion', 'wrapup']),
    )
    expect(bodies.flatMap(({ topicName, eventBody }) => problemsOf(topicName, eventBody))).toEqual([])
  },
  30_000,
)
