// What the words of questions have led to, learnt from the record a little at a time, so that nobody waits for it.
import type { Clock } from '../clock.ts'
import type { RecordedUse, UsesPage } from './read-log.ts'
import { learnUse, type PastUse, type UseModel } from './use-model.ts'
import type { UsableArticle } from './use-words.ts'

/** The newest uses are learnt from: they bound what it takes of memory and time. */
const usesAtMost = 2000
/** Pages of the record that are looked at for them. */
const pagesAtMost = 100
/** Milliseconds of work at a time. */
const workMs = 2

export interface LearntWordsPorts {
  readonly usesPage: (before?: number) => Promise<UsesPage>
  /** Undefined: its words are not known. */
  readonly articleOf: (contentId: string) => UsableArticle | undefined
  readonly clock: Clock
}

/** Learns what past use says of articles; undefined where it may not be trusted, or `signal` fires. */
export async function learnWords(
  ports: LearntWordsPorts,
  signal: AbortSignal,
): Promise<UseModel | undefined> {
  const work = learnUse(await readUses(ports))
  for (;;) {
    const until = ports.clock.now() + workMs
    do {
      const step = work.next()
      if (step.done) return step.value.weights.some((weight) => weight > 0) ? step.value : undefined
    } while (ports.clock.now() < until)
    await pause(ports.clock)
    if (signal.aborted) return undefined
  }
}

async function readUses({ usesPage, articleOf }: LearntWordsPorts): Promise<PastUse[]> {
  const uses: PastUse[] = []
  let before: number | undefined
  for (let page = 0; page < pagesAtMost && uses.length < usesAtMost; page++) {
    const { uses: recorded, next } = await usesPage(before)
    uses.push(...recorded.flatMap((use) => known(use, articleOf)))
    if (next === null) break
    before = next
  }
  return uses.slice(0, usesAtMost)
}

/** With the articles that are known; none where nothing of what was used is. */
function known({ question, shown }: RecordedUse, articleOf: LearntWordsPorts['articleOf']): PastUse[] {
  const articles = shown.flatMap(({ contentId, score, isUsed }) => {
    const article = articleOf(contentId)
    return article === undefined ? [] : [{ article, score, isUsed }]
  })
  return articles.some(({ isUsed }) => isUsed) ? [{ question, shown: articles }] : []
}

function pause(clock: Clock): Promise<void> {
  return new Promise((resolve) => clock.after(0, resolve, true))
}
