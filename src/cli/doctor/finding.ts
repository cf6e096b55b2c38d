// What one check found.
import type { CuecardError } from '../../errors.ts'

export interface Finding {
  readonly name: string
  /** `noted` neither passes nor fails: not configured, not asked, or merely good to know. */
  readonly result: 'passed' | 'failed' | 'noted'
  /** Holds no secret. */
  readonly message: string
  /** What to do. */
  readonly advice?: string
}

export function passed(name: string, message: string): Finding {
  return { name, result: 'passed', message }
}

export function noted(name: string, message: string): Finding {
  return { name, result: 'noted', message }
}

export function failed(name: string, message: string, advice: string): Finding {
  return { name, result: 'failed', message, advice }
}

/** By an error whose message may say what to do after a semicolon; else `advice` does. */
export function failedBy(name: string, { message }: CuecardError, advice: string): Finding {
  const [problem = '', own] = message.split('; ')
  return failed(name, problem, own === undefined ? advice : own.charAt(0).toUpperCase() + own.slice(1))
}
