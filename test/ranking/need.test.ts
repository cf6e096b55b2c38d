// Whether an article is needed: by the form of the last turn and by what was found.
import { describe, expect, test } from 'vitest'
import { needConfidence, needSignals } from '../../src/ranking/need.ts'
import { KnowledgeIndex } from '../../src/search/knowledge-index.ts'
import type { Turn } from '../../src/search/knowledge-query.ts'
import { article } from '../simulator/sample-organisation.ts'

const index = new KnowledgeIndex(
  ['Larch Tower', 'Birch Tower'].flatMap((hall) =>
    ['gym', 'garden', 'parking'].map((what) =>
      article(`${hall} ${what}`, `${hall}: the ${what}`, `There is a ${what} and it is open at night.`, {
        category: hall,
      }),
    ),
  ),
)

const silent = { turns: [], tags: [], entityIds: [] }

function confidence(...texts: string[]): number {
  const turns = texts.map((text, place): Turn => ({ speaker: place % 2 === 0 ? 'customer' : 'agent', text }))
  const query = { turns, tags: [], entityIds: [] }
  return needConfidence(query, index.search(query, { limit: 5 }))
}

describe('the confidence that an article is needed', () => {
  const question = confidence('Larch Tower', 'Anything else?', 'Is there a good gym?')

  test.each([
    ['thanks', 'Thank you, bye'],
    ['details', 'Two people on Friday at 19:30'],
    ['a request to act', 'Could you book it for me?'],
    ['a detail of the record', 'Can I have the phone number?'],
  ])('is higher for a question on what is known than for %s', (_, text) => {
    expect(confidence('Larch Tower', 'Anything else?', text)).toBeLessThan(question / 2)
  })

  test.each([
    {
      language: 'German',
      asks: 'Gibt es im Turm einen Garten?',
      says: [
        'Danke, auf Wiederhören',
        'Wir kommen am Freitag mit 3 Personen',
        'Könnten Sie mir den Platz buchen?',
      ],
    },
    {
      language: 'Spanish',
      asks: '¿Hay un jardín en la torre?',
      says: ['Gracias, adiós', 'Somos 3 personas, el viernes', '¿Podría reservar la plaza, por favor?'],
    },
    {
      language: 'French',
      asks: "Est-ce qu'il y a un jardin dans la tour ?",
      says: ['Merci, au revoir', 'Nous serons 3 personnes vendredi', 'Pourriez-vous réserver la place ?'],
    },
  ])('tells a question from the rest in $language', ({ asks, says }) => {
    const asking = confidence(asks)
    for (const said of says) expect(confidence(said)).toBeLessThan(asking / 2)
  })

  test.each(['Jardin?', '庭園はありますか？', '庭園はありますか?', 'هل توجد حديقة؟'])(
    'is higher for a question in any script, by its mark: %s',
    (asks) => {
      expect(confidence(asks)).toBeGreaterThan(confidence(asks.slice(0, -1)))
    },
  )

  test.each(['はい、ありがとうございました', 'نعم، شكرًا'])(
    'is lower for thanks in other scripts: %s',
    (thanks) => {
      const [yes = ''] = thanks.split(/[、،]/)
      expect(confidence(thanks)).toBeLessThan(confidence(yes) / 2)
    },
  )

  test('counts what the agent typed as what the customer wants', () => {
    const turns: Turn[] = [{ speaker: 'customer', text: 'Thank you, bye' }]
    const typed = { ...silent, turns, query: 'Is there a good gym?' }
    expect(needSignals(typed, [])).toMatchObject({ question: 1, judgement: 1, closing: 0 })
  })

  test('is higher where an article answers', () => {
    expect(confidence('Hello', 'Hello', 'Is there a good gym?')).toBeLessThan(question)
  })

  test('is not lowered by what is wanted or by details while it is open what they are about', () => {
    const query = {
      ...silent,
      turns: [{ speaker: 'customer' as const, text: 'I need it on Friday at 19:30' }],
    }
    expect(needSignals(query, [])).toMatchObject({ request: 0, details: 0 })
    const [hit] = index.search(
      { ...query, query: 'I need the Larch Tower gym on Friday at 19:30' },
      { limit: 1 },
    )
    expect(hit?.features.focus).toBe(1)
    expect(needSignals(query, hit === undefined ? [] : [hit])).toMatchObject({ request: 1, details: 1 })
  })

  test('is within 0 and 1, also of nothing', () => {
    for (const value of [question, needConfidence(silent, [])]) {
      expect(value).toBeGreaterThan(0)
      expect(value).toBeLessThan(1)
    }
    expect(Object.values(needSignals(silent, [])).every((signal) => signal === 0)).toBe(true)
  })
})
