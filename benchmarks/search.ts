// The knowledge index: a search, a change, and what it takes to build, by processor time of one thread.
import type { Article } from '../src/articles/article.ts'
import { parseArticles } from '../src/articles/article.ts'
import { seededRandom } from '../src/random.ts'
import { KnowledgeIndex } from '../src/search/knowledge-index.ts'
import type { Turn } from '../src/search/knowledge-query.ts'
import { percentile } from './statistics.ts'

const sizes = [5_000, 100_000]
const searches = 500
const changes = 500
const articlesOfSubject = 25
/** The words of a language are used as often as their rank is low (Zipf). */
const words = 20_000

export async function search(): Promise<Record<string, number>> {
  const figures: Record<string, number> = {}
  for (const size of sizes) {
    const random = seededRandom(size)
    const articles = parseArticles(Array.from({ length: size }, (_, number) => articleOf(number, random)))
    const before = usedMiB()
    const index = new KnowledgeIndex()
    const label = `${size.toLocaleString('en')} articles`
    figures[`${label}: build, s`] =
      cpuMs(() => {
        for (const article of articles) index.put(article)
      }) / 1000
    figures[`${label}: memory beside the articles, MiB`] = usedMiB() - before
    const times = Array.from({ length: searches }, () => {
      const turns = conversationOf(size, random)
      return cpuMs(() => index.search({ turns, tags: [], entityIds: [] }, { limit: 10 }))
    })
    figures[`${label}: search, p50, ms`] = percentile(times, 0.5)
    figures[`${label}: search, p99, ms`] = percentile(times, 0.99)
    const puts = Array.from({ length: changes }, () => {
      const article = articles[Math.floor(random() * size)] as Article
      return cpuMs(() => index.put(article))
    })
    figures[`${label}: change of an article, p99, ms`] = percentile(puts, 0.99)
  }
  return figures
}

function cpuMs(act: () => void): number {
  const before = process.threadCpuUsage()
  act()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

function usedMiB(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1024 / 1024
}

function sentence(length: number, random: () => number): string {
  return Array.from({ length }, () => `w${Math.floor(words ** random())}`).join(' ')
}

function subjectOf(number: number): string {
  return `Plan${number % 997} Line${Math.floor(number / 997)}`
}

function articleOf(number: number, random: () => number) {
  const subject = subjectOf(Math.floor(number / articlesOfSubject))
  return {
    id: `article-${number}`,
    title: `${subject}: ${sentence(3, random)}`,
    body: Array.from({ length: 3 }, () => `${sentence(12, random)}.`).join(' '),
    category: `plans/${subject}`,
  }
}

/** Nine turns, the second of which says what it is about. */
function conversationOf(size: number, random: () => number): Turn[] {
  const subject = subjectOf(Math.floor((random() * size) / articlesOfSubject))
  return Array.from({ length: 9 }, (_, turn) => ({
    speaker: turn % 2 === 0 ? 'customer' : 'agent',
    text: turn === 1 ? `It is about ${subject}.` : `${sentence(10, random)}?`,
  }))
}
