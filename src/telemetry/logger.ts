// The log: JSON lines through pino, in which no secret stands wherever it was put.
import { type DestinationStream, destination, pino } from 'pino'
import { type Clock, systemClock } from '../clock.ts'
import { Redactor } from './redact.ts'

/** A line is one sentence and what it is about: `logger.warn({ endpoint, error }, 'The webhook refused a message')`. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  fatal(fields: object, message: string): void
  /** A logger whose lines all have these fields too. */
  with(fields: object): Logger
}

export type LogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'

export interface LoggerSettings {
  readonly level: LogLevel
  /** Default: standard error, so that standard output stays for data. */
  readonly to?: 'stdout' | 'stderr' | DestinationStream
  /** Regular expressions of what is masked besides card numbers: `auditLog.maskPatterns`. */
  readonly maskPatterns?: readonly string[]
  readonly clock?: Clock
}

export function createLogger(settings: LoggerSettings): Logger {
  const { level, to = 'stderr', maskPatterns, clock = systemClock } = settings
  const stream = typeof to === 'string' ? destination({ fd: to === 'stdout' ? 1 : 2 }) : to
  const base = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date(clock.wallTime()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  )
  const redactor = new Redactor(maskPatterns)
  const loggerWith = (bound: object): Logger => {
    const line =
      (level: 'debug' | 'info' | 'warn' | 'error' | 'fatal') => (fields: object, message: string) => {
        if (base.isLevelEnabled(level)) base[level](safely(redactor, bound, fields), redactor.text(message))
      }
    return {
      debug: line('debug'),
      info: line('info'),
      warn: line('warn'),
      error: line('error'),
      fatal: line('fatal'),
      with: (fields) => loggerWith({ ...bound, ...fields }),
    }
  }
  return loggerWith({})
}

/** Writing a log line never fails what it tells of: a getter or `toJSON` may throw. */
function safely(redactor: Redactor, bound: object, fields: object): object {
  try {
    const all = Object.entries({ ...bound, ...fields })
    // The line's own fields keep their names to themselves.
    const free = all.map(([name, value]) => [ownFields.has(name) ? `${name}_` : name, value] as const)
    return redactor.fields(Object.fromEntries(free))
  } catch {
    return { fields: '[unreadable]' }
  }
}

const ownFields: ReadonlySet<string> = new Set(['level', 'time', 'message'])
