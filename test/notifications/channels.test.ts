// Channels in time: renewed, replaced, given up; as many as it takes, and no more than Genesys allows.
import { expect, test } from 'vitest'
import { conversationOf, hour, startFollowing } from './start-following.ts'

const minute = 60_000
const talk = conversationOf('c-1', Array(5).fill(3))
const texts = (turns: readonly { readonly text: string }[]) => turns.map(({ text }) => text)

test('a channel is renewed before its 24 hours are over, for days', async () => {
  const { clock, simulator, notifications, turns, close } = startFollowing({
    settings: { idleMs: 100 * hour },
    simulator: { conversations: [talk] },
  })
  notifications.follow('c-1')
  await clock.advance(60 * hour)
  simulator.play()
  await clock.advance(20_000)
  expect(texts(turns('c-1'))).toEqual(texts(talk.turns))
  expect(notifications.stats).toMatchObject({ channels: 1, reconnects: 0, gaps: 0 })
  expect(simulator.stats().calls['notification-channels']).toEqual({ '200': 1 })
  close()
})

test('where Genesys no longer knows a channel another one is made', async () => {
  const { clock, simulator, notifications, close } = startFollowing()
  notifications.follow('c-1')
  await clock.advance(minute)
  const gone = { match: { path: '/api/v2/notifications/channels/*/subscriptions' }, count: 1 }
  simulator.setFaults({ rules: [{ ...gone, fault: { kind: 'status', status: 404 } }] })
  notifications.follow('c-2')
  await clock.advance(minute)
  expect(notifications.stats).toMatchObject({ channels: 1, reconnects: 1, topics: 8 })
  close()
})

test('an announced end costs nothing: the next channel is there before', async () => {
  const { clock, simulator, notifications, turns, close } = startFollowing({
    simulator: { conversations: [talk] },
  })
  notifications.follow('c-1')
  await clock.advance(1000)
  simulator.play()
  await clock.advance(3000)
  simulator.announceClosing()
  await clock.advance(17_000)
  expect(texts(turns('c-1'))).toEqual(texts(talk.turns))
  expect(notifications.stats).toMatchObject({ channels: 1, reconnects: 1, gaps: 0 })
  await clock.advance(2 * minute)
  expect(notifications.stats).toMatchObject({ channels: 1, reconnects: 1, gaps: 0 })
  close()
})

test('heartbeats are enough: an hour of silence is no cut', async () => {
  const { clock, notifications, close } = startFollowing()
  notifications.follow('c-1')
  await clock.advance(hour)
  expect(notifications.stats).toMatchObject({ channels: 1, reconnects: 0 })
  close()
})

test('a connection without heartbeats is replaced within a minute and a half', async () => {
  const { clock, simulator, notifications, told, close } = startFollowing({
    simulator: { conversations: [talk] },
  })
  notifications.follow('c-1')
  await clock.advance(1000)
  simulator.setFaults({ notifications: { silences: 1 } })
  simulator.play()
  await clock.advance(20_000)
  simulator.setFaults(undefined)
  await clock.advance(70_000)
  expect(notifications.stats).toMatchObject({ channels: 1, reconnects: 1, gaps: 1 })
  expect(told.notices).toEqual(['A notification channel broke off (silent) and is made again'])
  close()
})

test('300 interactions take two channels and a handful of calls', async () => {
  const { clock, simulator, notifications, close } = startFollowing()
  for (let n = 0; n < 300; n++) notifications.follow(`i-${n}`)
  await clock.advance(5000)
  expect(notifications.stats).toMatchObject({ channels: 2, topics: 1200, interactions: 300, evicted: 0 })
  const { calls } = simulator.stats()
  expect(calls['notification-channels']).toEqual({ '200': 2 })
  expect(calls['notification-subscriptions']?.['200']).toBeLessThan(6)
  close()
})

test('of more than Genesys allows the newest are followed', async () => {
  const { clock, notifications, told, close } = startFollowing({ settings: { maxChannels: 3 } })
  for (let n = 0; n < 600; n++) notifications.follow(`i-${n}`)
  await clock.advance(10_000)
  expect(notifications.stats).toMatchObject({ channels: 2, topics: 2000, interactions: 500, evicted: 100 })
  expect(told.notices).toEqual([
    'There are more live interactions than notification topics: the oldest are no longer followed',
  ])
  close()
})

test('all channels announced to close at once are replaced one after the other, within what Genesys allows', async () => {
  const { clock, simulator, notifications, close } = startFollowing({ settings: { maxChannels: 5 } })
  for (let n = 0; n < 1000; n++) notifications.follow(`i-${n}`)
  await clock.advance(20_000)
  expect(notifications.stats.channels).toBe(4)
  simulator.announceClosing()
  await clock.advance(50_000)
  expect(notifications.stats).toMatchObject({ channels: 4, reconnects: 4, gaps: 0 })
  close()
})

test('what ends makes room, in one call for all that ended together', async () => {
  const talks = Array.from({ length: 200 }, (_, n) => conversationOf(`i-${n}`, [1]))
  const { clock, simulator, notifications, told, close } = startFollowing({
    simulator: { conversations: talks },
  })
  for (const { id } of talks) notifications.follow(id)
  await clock.advance(5000)
  const before = simulator.stats().calls['notification-subscriptions']?.['200'] ?? 0
  simulator.play()
  await clock.advance(5 * minute)
  expect(told.ended).toHaveLength(200)
  expect(notifications.stats).toMatchObject({ topics: 0, interactions: 0 })
  expect(simulator.stats().calls['notification-subscriptions']?.['200']).toBe(before + 1)
  close()
})

test('without the scope it is told once in a while, and never costs many calls', async () => {
  const { clock, simulator, notifications, told, close } = startFollowing({
    simulator: { scopes: ['other'] },
  })
  notifications.follow('c-1')
  await clock.advance(10 * minute)
  expect(simulator.stats().calls['notification-channels']).toBeUndefined()
  expect(told.notices[0]).toBe(
    'Notifications do not come: The token lacks the scope notifications, which opening a notification channel needs; add it to the OAuth client',
  )
  expect(told.notices.length).toBeLessThan(40)
  close()
})

test('closing gives back every timer and connection', async () => {
  const { clock, simulator, notifications, close } = startFollowing({ simulator: { conversations: [talk] } })
  notifications.follow('c-1')
  simulator.play()
  await clock.advance(5000)
  simulator.announceClosing()
  await clock.advance(1000)
  close()
  expect(clock.timers).toBe(0)
})
