// The garbage collector at the test's command, to see what is held and how much memory it takes.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const gc: () => void = runInNewContext('gc')

/** Collects everything that is not held. */
export async function collectGarbage(): Promise<void> {
  // A weak reference that was read stays for the rest of the job.
  await new Promise((resolve) => setImmediate(resolve))
  gc()
}

/** Bytes by which the heap has grown when `fill` is over and what it returns is still held. */
export async function heapGrowth(fill: () => object): Promise<number> {
  await collectGarbage()
  const before = process.memoryUsage().heapUsed
  const held = fill()
  await collectGarbage()
  const growth = process.memoryUsage().heapUsed - before
  // Keeps it alive until here.
  return Object.keys(held).length < 0 ? 0 : growth
}
