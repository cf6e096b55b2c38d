// The public API of `cuecard/testing`.
export { type Random, seededRandom } from '../random.ts'
export { FakeClock } from './fake-clock.ts'
