// The double keeps what every outbox keeps.
import { MemoryOutbox } from './memory-outbox.ts'
import { outboxConformance } from './outbox-conformance.ts'

outboxConformance('in memory', async (clock) => {
  const outbox = new MemoryOutbox(clock)
  return {
    outbox,
    deliveries: outbox,
    other: outbox,
    async append(count) {
      for (let index = 0; index < count; index++) outbox.append(['one', 'two'])
    },
    erase: async () => outbox.erase(),
    close: async () => {},
  }
})
