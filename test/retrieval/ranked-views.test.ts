import { expect, test } from 'vitest'
import { tutorialProfile } from '../../src/ranking/profile.ts'
import { RankedViews } from '../../src/retrieval/ranked-views.ts'
import { Restrictions } from '../../src/retrieval/restrictions.ts'
import { makeAnswer, makeInquiry, makeItem } from './make-inquiry.ts'

test('interactions that share one answer and have another of their own keep their views apart', () => {
  const views = new RankedViews(tutorialProfile, new Restrictions(10))
  const shared = makeAnswer([makeItem({ contentId: 'shared' })])
  const interactions = Array.from({ length: 100 }, (_, index) => {
    const own = makeAnswer([makeItem({ contentId: `own-${index}`, source: 'copilot-suggestions' })])
    return { inquiry: makeInquiry({ interactionId: `i-${index}` }), answers: [shared, own] }
  })
  const first = interactions.map(({ inquiry, answers }) => views.show(answers, inquiry, 0))
  const again = interactions.map(({ inquiry, answers }) => views.show(answers, inquiry, 0))
  for (const [index, shown] of again.entries()) expect(shown).toBe(first[index])
})
