// One confidence: a reply carries the number by which `rank evaluate` judges.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type Article,
  type Conversation,
  readArticles,
  readConversations,
} from '../../src/articles/article.ts'
import { turnsKept } from '../../src/context/utterances.ts'
import { readFileArticles } from '../../src/mirror/own-articles.ts'
import { contextProfile } from '../../src/ranking/context-profile.ts'
import { judgeEvents } from '../../src/ranking/evaluate.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { only, start } from '../retrieval/start-cuecard.ts'

const samples = join(import.meta.dirname, '../../samples')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-need-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** Articles that anybody may be shown: the evaluation does not judge that, and both are to have the same candidates. */
async function articlesIn(language: string): Promise<Article[]> {
  const articles = await readArticles(join(samples, 'articles.jsonl'))
  return articles.filter(
    (article) =>
      article.language.startsWith(language) &&
      article.state === 'Published' &&
      article.availability === undefined &&
      article.labels.length === 0,
  )
}

async function conversationsIn(language: string): Promise<Conversation[]> {
  const conversations = await readConversations(join(samples, 'conversations.jsonl'))
  return conversations.filter((conversation) => conversation.language?.startsWith(language))
}

function write(articles: readonly Article[]): string {
  const file = join(folder, 'articles.jsonl')
  writeFileSync(file, articles.map((article) => JSON.stringify(article)).join('\n'))
  return file
}

/** What the replies carry that an agent gets at the events of each conversation. */
async function ofReplies(file: string, conversations: readonly Conversation[]) {
  const mirror = { enabled: true, path: join(folder, 'mirror.db'), sources: [{ file }] }
  const { clock, cuecard, settled } = await start({
    config: { mirror, sources: only(), profile: 'context', push: { prefetch: false } },
  })
  for (let turns = 0; turns < 2000 && cuecard.stats().mirror?.syncs.ok === 0; turns++) await clock.advance(20)
  const found: (number | undefined)[] = []
  for (const { id, turns, events, tags, entityIds, language = 'en' } of conversations)
    for (const [turnIndex, utterance] of turns.entries()) {
      await cuecard.updateContext(id, { ...(tags.length > 0 && { tags }), utterance })
      await clock.advance(1000)
      if (!events.some((event) => event.turnIndex === turnIndex)) continue
      const { confidence } = await settled(
        cuecard.retrieve({
          interactionId: id,
          agentId: 'ann',
          language,
          ...(entityIds.length > 0 && { entityIds }),
        }),
      )
      found.push(confidence)
    }
  await settled(cuecard.close())
  return found
}

async function ofEvaluation(file: string, conversations: readonly Conversation[]) {
  const articles = (await readFileArticles(file)).articles.map(({ article }) => article)
  const options = { profile: contextProfile(), clock: new FakeClock() }
  return [...judgeEvents(articles, conversations, options)].map(({ confidence }) => confidence)
}

test.each(['en', 'de', 'ja'])(
  'replies carry what the evaluation judges by, to the last bit: %s',
  async (language) => {
    const file = write(await articlesIn(language))
    const conversations = await conversationsIn(language)
    const judged = await ofEvaluation(file, conversations)
    expect(new Set(judged).size).toBeGreaterThan(judged.length / 2)
    expect(await ofReplies(file, conversations)).toEqual(judged)
  },
)

test('a conversation of more turns than are kept, too', async () => {
  const file = write(await articlesIn('en'))
  const [, second, third] = await conversationsIn('en')
  const turns = [...(second?.turns ?? []), ...(third?.turns ?? [])]
  const long = [...turns, ...turns, ...turns]
  const turnIndex = long.findLastIndex(({ speaker }) => speaker === 'customer')
  expect(turnIndex).toBeGreaterThan(turnsKept)
  const events = [{ turnIndex, goldArticleIds: [] }]
  const conversations = [{ id: 'long', turns: long, events, tags: [], entityIds: [], language: 'en' }]
  expect(await ofReplies(file, conversations)).toEqual(await ofEvaluation(file, conversations))
})
