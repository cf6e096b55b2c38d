// What was learnt from use, for the retrievals of a running cuecard: rates of articles, and words.
import type { RankingContext } from '../ranking/profile.ts'
import type { LearntUse } from '../retrieval/fit.ts'
import type { Inquiry } from '../retrieval/inquiry.ts'
import { type LearntRatesPorts, startLearntRates } from './learnt-rates.ts'
import { type LearntWordsPorts, learnWords } from './learnt-words.ts'
import type { UseModel } from './use-model.ts'

export interface LearntUsePorts
  extends Omit<LearntRatesPorts, 'read' | 'onRead'>,
    Omit<LearntWordsPorts, 'usesPage'> {
  readonly reader: {
    readonly useRates: LearntRatesPorts['read']
    readonly usesPage: LearntWordsPorts['usesPage']
  }
  /** Undefined: not known. */
  readonly queueOf: (interactionId: string) => string | undefined
  /** As the record writes texts and ids. */
  readonly mask: { readonly text: (text: string) => string; readonly id: (id: string) => string }
}

export interface RunningLearntUse extends LearntUse {
  close(): void
}

/** Begins to learn from the record, and learns anew about every hour; until it has, and where it fails, it is silent. */
export function startLearntUse(ports: LearntUsePorts): RunningLearntUse {
  const { reader, articleOf, clock, random, queueOf, mask } = ports
  const ending = new AbortController()
  let words: UseModel | undefined
  let version = 0
  const rates = startLearntRates({
    read: () => reader.useRates(),
    clock,
    random,
    async onRead() {
      version++
      const usesPage = (before?: number) => reader.usesPage(before)
      const learnt = await learnWords({ usesPage, articleOf, clock }, ending.signal)
      // Both absent: nothing changed.
      if (learnt !== words) version++
      words = learnt
    },
  })
  const scoreOf = ({ query }: Inquiry): RankingContext['learntWordsOf'] => {
    const score = words?.scoreOf(query)
    if (score === undefined) return undefined
    return (contentId) => {
      const article = articleOf(contentId)
      return article && score(article)
    }
  }
  return {
    get version() {
      return version
    },
    about(inquiry) {
      const interactionId = mask.id(inquiry.interactionId)
      const queueId = queueOf(inquiry.interactionId)
      const contexts = [
        ...(queueId === undefined ? [] : [`queue:${mask.id(queueId)}`]),
        ...inquiry.contextTags.map((tag) => `tag:${mask.text(tag)}`),
      ]
      const where = { interactionId, contexts }
      return {
        resolutionOf: (contentId) => rates.of(contentId, where)?.resolution,
        adoptionOf: (contentId) => rates.of(contentId, where)?.adoption,
        learntWordsOf: rates.isFrom(interactionId) ? undefined : scoreOf(inquiry),
      }
    },
    close() {
      ending.abort()
      rates.close()
    },
  }
}
