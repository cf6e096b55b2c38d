// Whom a link of `cuecard serve --sign-in-link` signs in, and where it leads.
import { expect, test } from 'vitest'
import { Sessions } from '../../src/access/sessions.ts'
import { invitedRole, linksFor } from '../../src/cli/sign-in-links.ts'
import { FakeClock } from '../../src/testing/index.ts'

test.each([
  ['supervisor', [['supervisor', undefined]], ['/supervisor']],
  ['compliance', [['compliance', undefined]], ['/supervisor']],
  ['service', [['service', undefined]], ['/panel?interactionId=try-1&agentId=me']],
  ['agent:u-1', [['agent', 'u-1']], ['/panel?interactionId=try-1']],
] as const)('%s signs in with that role alone', (text, actors, pages) => {
  const sessions = new Sessions(new FakeClock())
  const links = invitedRole(text).flatMap((who) => linksFor(who, 'http://x', sessions))
  expect(links.map(({ url }) => url.replace(/^http:\/\/x|#code=.*/g, ''))).toEqual(pages)
  const opened = links.map(({ url }) => sessions.open(url.split('#code=')[1] ?? '').actor)
  expect(opened.map(({ roles, agentId }) => [roles.join(), agentId])).toEqual(actors)
})

test('they are gathered, and whatever is no role is refused', () => {
  expect(invitedRole('agent:b', invitedRole('supervisor'))).toEqual([
    { roles: ['supervisor'] },
    { roles: ['agent'], agentId: 'b' },
  ])
  for (const text of ['agent', 'agent:', 'admin', 'agent:a b'])
    expect(() => invitedRole(text)).toThrow(/must be/)
})
