// Near-duplicates among 10,000 articles of 200 words, 100 of which are edits of others: how long, and in what pieces.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { nearDuplicates } from '../src/insight/near-duplicates.ts'
import { seededRandom } from '../src/random.ts'
import { percentile } from './statistics.ts'

const count = 10_000
const words = 200
const edited = 100

export async function nearDuplicatesOf(): Promise<Record<string, number>> {
  const articles = articlesOfWords()
  const pieces: number[] = []
  const startedAt = performance.now()
  let since = startedAt
  const pause = async () => {
    pieces.push(performance.now() - since)
    await nextTurn()
    since = performance.now()
  }
  const groups = await nearDuplicates(articles, { threshold: 0.8, pause })
  return {
    articles: count,
    'groups found': groups.length,
    'edits among them': edited,
    seconds: (performance.now() - startedAt) / 1000,
    'p50 ms of a piece': percentile(pieces, 0.5),
    'p99 ms of a piece': percentile(pieces, 0.99),
    'longest piece ms': Math.max(...pieces),
  }
}

/** Frequent words are drawn more often, as in any language. */
function articlesOfWords() {
  const random = seededRandom(5)
  const word = () => `w${Math.floor(20_000 * random() ** 3).toString(36)}`
  const text = (length: number) => Array.from({ length }, word).join(' ')
  const own = Array.from({ length: count - edited }, (_, index) => ({
    id: `article-${index}`,
    title: text(4),
    body: text(words),
  }))
  const edits = own.slice(0, edited).map(({ id, title, body }) => ({
    id: `${id}-edited`,
    title,
    body: body.replace(/ \w+ /, ' another '),
  }))
  return [...own, ...edits]
}
