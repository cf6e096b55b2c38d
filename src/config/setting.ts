// Building blocks of settings: values with limits, each with a sentence for who gets it wrong.
import { z } from 'zod'

/** A list of 1..10,000 names. */
export const names = z.array(z.string().min(1).max(256)).max(10_000)

/** A whole number within limits. */
export const whole = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`
  return z.number({ error: message }).int(message).min(min, message).max(max, message)
}
