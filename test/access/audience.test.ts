// Audiences: which rule decides, and what it lets through.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roles } from '../../src/access/actor.ts'
import { type AudienceRule, audiencesOf, type Caller } from '../../src/access/audience.ts'
import { makeItem } from '../retrieval/make-inquiry.ts'
import { errorOf } from '../testing/outcome.ts'

const admits = (rule: Partial<AudienceRule>, item: Parameters<typeof makeItem>[0]) =>
  audiencesOf([{ name: 'r', ...rule }])('a', undefined).admits(makeItem(item))

describe('which rule decides', () => {
  const audienceOf = audiencesOf([
    { name: 'fraud', agents: ['ann'], queues: ['q-fraud'] },
    { name: 'ann', agents: ['ann'] },
    { name: 'cards', queues: ['q-cards'] },
  ])
  test.each([
    ['ann', 'q-fraud', 'rule:fraud'],
    ['ann', 'q-cards', 'rule:ann'],
    ['ann', undefined, 'rule:ann'],
    ['bob', 'q-cards', 'rule:cards'],
    ['bob', 'q-fraud', 'nobody'],
    ['bob', undefined, 'nobody'],
    ['Ann', undefined, 'nobody'],
  ])('agent %s in queue %s: %s', (agent, queue, key) => {
    expect(audienceOf(agent, queue).key).toBe(key)
  })

  test('whom no rule fits sees nothing, and that was checked', () => {
    const nobody = audienceOf('bob', undefined)
    expect([nobody.checked, nobody.admits(makeItem({ labels: [] }))]).toEqual([true, false])
  })

  test('without rules everyone sees everything, and nothing was checked', () => {
    const everyone = audiencesOf([])('bob', undefined)
    expect([everyone.checked, everyone.admits(makeItem({ labels: null, category: null }))]).toEqual([
      false,
      true,
    ])
  })

  test('no rule can be named into the place of everyone or nobody', () => {
    const keys = ['nobody', '', 'rule:x'].map((name) => audiencesOf([{ name }])('a', undefined).key)
    expect(new Set([...keys, '', 'nobody']).size).toBe(5)
  })

  test('two rules of one name are refused: they would share their answers', async () => {
    const error = await errorOf((async () => audiencesOf([{ name: 'r', labels: [] }, { name: 'r' }]))())
    expect([error.code, error.details.field]).toEqual(['config.invalid', 'audiences'])
  })

  describe('by the roles and divisions of the caller', () => {
    const audienceOf = audiencesOf([
      { name: 'north-lead', roles: ['supervisor', 'compliance'], divisions: ['north'] },
      { name: 'north', divisions: ['north', 'north-east'] },
      { name: 'desk', roles: ['service'], queues: ['q'] },
    ])
    test.each<[string, Caller | undefined, string]>([
      ['role and division', { roles: ['agent', 'supervisor'], divisions: ['x', 'north'] }, 'rule:north-lead'],
      ['the division alone', { roles: ['agent'], divisions: ['north-east'] }, 'rule:north'],
      ['the role alone', { roles: ['supervisor'], divisions: [] }, 'nobody'],
      ['role and queue', { roles: ['service'], divisions: [] }, 'rule:desk'],
      ['nothing', { roles: [], divisions: [] }, 'nobody'],
      ['a caller of whom nothing is known', undefined, 'nobody'],
    ])('%s', (_, caller, key) => {
      expect(audienceOf('a', 'q', caller).key).toBe(key)
    })

    test('an empty condition fits nobody', () => {
      expect(
        audiencesOf([{ name: 'r', divisions: [] }])('a', 'q', { roles: ['agent'], divisions: [''] }).key,
      ).toBe('nobody')
    })
  })
})

describe('when only some labels are about access', () => {
  const admits = (labels: readonly string[] | undefined, borne: readonly string[] | null) =>
    audiencesOf([{ name: 'r', labels }], ['vip', 'staff'])('a', undefined).admits(makeItem({ labels: borne }))
  test.each<[readonly string[] | undefined, readonly string[] | null, boolean]>([
    [['vip'], ['vip', 'procedure'], true],
    [['vip'], ['procedure'], true],
    [['vip'], ['staff'], false],
    [['vip'], ['vip', 'staff'], false],
    [[], ['vip'], false],
    [[], ['procedure'], true],
    [undefined, ['vip', 'staff'], true],
    [['vip'], null, false],
  ])('%j may see an item with %j: %s', (labels, borne, allowed) => {
    expect(admits(labels, borne)).toBe(allowed)
  })
})

describe('whatever the rules', () => {
  const names = ['a', 'b', 'c', 'd']
  const some = fc.option(fc.subarray(names), { nil: undefined })
  const rule = fc.record({
    agents: some,
    queues: some,
    divisions: some,
    roles: fc.option(fc.subarray([...roles]), { nil: undefined }),
    labels: some,
    categories: some,
  })
  const rules = fc
    .array(rule, { maxLength: 6 })
    .map((list) => list.map((rule, index) => ({ ...rule, name: `r${index}` })))
  const caller = fc.record({
    agentId: fc.constantFrom(...names),
    queueId: fc.option(fc.constantFrom(...names), { nil: undefined }),
    actor: fc.option(fc.record({ roles: fc.subarray([...roles]), divisions: fc.subarray(names) }), {
      nil: undefined,
    }),
  })
  const item = fc
    .record({
      labels: fc.option(fc.subarray(names)),
      category: fc.option(fc.constantFrom('a', 'a/b', 'ab', 'c', 'd/a')),
    })
    .map(makeItem)
  const restricted = fc.option(fc.subarray(names), { nil: undefined })

  /** The rules as a person reads them. */
  function mayPersonSee(
    list: readonly AudienceRule[],
    labelsOfAccess: readonly string[],
    { agentId, queueId, actor }: { agentId: string; queueId: string | undefined; actor: Caller | undefined },
    { labels, category }: ReturnType<typeof makeItem>,
  ): boolean {
    if (list.length === 0) return true
    const fits = (wanted: readonly string[] | undefined, own: readonly (string | undefined)[]) =>
      wanted === undefined || wanted.filter((one) => own.includes(one)).length > 0
    const rule = list.find(
      ({ agents, queues, roles, divisions }) =>
        fits(agents, [agentId]) &&
        fits(queues, [queueId]) &&
        fits(roles, actor?.roles ?? []) &&
        fits(divisions, actor?.divisions ?? []),
    )
    if (rule === undefined) return false
    const foreign = labels?.filter((one) => labelsOfAccess.includes(one) && !rule.labels?.includes(one))
    if (rule.labels !== undefined && foreign?.length !== 0) return false
    return rule.categories?.some((root) => `${category ?? '-'}/`.startsWith(`${root}/`)) ?? true
  }

  test('each caller sees what its rule names, and nothing of another audience', () => {
    fc.assert(
      fc.property(rules, restricted, caller, item, (list, labels, who, item) => {
        const audience = audiencesOf(list, labels)(who.agentId, who.queueId, who.actor)
        expect(audience.admits(item)).toBe(mayPersonSee(list, labels ?? names, who, item))
      }),
      { numRuns: 2000 },
    )
  })

  test('callers with equal keys see the same', () => {
    fc.assert(
      fc.property(rules, restricted, caller, caller, item, (list, labels, one, other, item) => {
        const audienceOf = audiencesOf(list, labels)
        const a = audienceOf(one.agentId, one.queueId, one.actor)
        const b = audienceOf(other.agentId, other.queueId, other.actor)
        if (a.key === b.key) expect(a.admits(item)).toBe(b.admits(item))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('what a rule lets through', () => {
  test.each<[Partial<AudienceRule>, Parameters<typeof makeItem>[0], boolean]>([
    [{ labels: ['retail'] }, { labels: ['retail'] }, true],
    [{ labels: ['retail'] }, { labels: [] }, true],
    [{ labels: ['retail'] }, { labels: ['retail', 'staff'] }, false],
    [{ labels: ['retail'] }, { labels: ['Retail'] }, false],
    [{ labels: ['retail'] }, { labels: null }, false],
    [{ labels: [] }, { labels: [] }, true],
    [{ labels: [] }, { labels: ['retail'] }, false],
    [{}, { labels: null, category: null }, true],
    [{ categories: ['cards'] }, { category: 'cards' }, true],
    [{ categories: ['cards'] }, { category: 'cards/fees' }, true],
    [{ categories: ['cards'] }, { category: 'cards-internal' }, false],
    [{ categories: ['cards/fees'] }, { category: 'cards' }, false],
    [{ categories: ['cards'] }, { category: 'loans/cards' }, false],
    [{ categories: ['cards'] }, { category: null }, false],
    [{ categories: ['cards'] }, { category: '' }, false],
    [{ categories: ['loans', 'cards'] }, { category: 'cards' }, true],
    [{ labels: ['retail'], categories: ['cards'] }, { labels: ['staff'], category: 'cards' }, false],
    [{ labels: ['retail'], categories: ['cards'] }, { labels: ['retail'], category: 'loans' }, false],
  ])('%o and %o: %s', (rule, item, allowed) => {
    expect(admits(rule, item)).toBe(allowed)
  })

  test('one label more never opens an item', () => {
    const labels = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'))
    fc.assert(
      fc.property(labels, labels, fc.string(), (allowed, borne, more) => {
        if (!admits({ labels: allowed }, { labels: borne }))
          expect(admits({ labels: allowed }, { labels: [...borne, more] })).toBe(false)
      }),
      { seed: 1 },
    )
  })
})
