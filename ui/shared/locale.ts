// The interface's language: which of ours fits what was asked for, its direction, and numbers and times in it.

export const languages = ['en', 'de', 'es', 'fr', 'ja', 'ar'] as const
export type Language = (typeof languages)[number]

/** The first of the wishes that we have; English where we have none. A region goes by its language. */
export function chooseLanguage(wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const base = wish?.toLowerCase().split(/[-_]/)[0]
    const found = languages.find((language) => language === base)
    if (found !== undefined) return found
  }
  return 'en'
}

export function directionOf(language: string): 'ltr' | 'rtl' {
  return /^(ar|fa|he|ur)\b/i.test(language) ? 'rtl' : 'ltr'
}

/** Formats take long to make: one is made for each language and form, and kept. */
function kept<T>(make: (language: string, form: string) => T): (language: string, form: string) => T {
  const made = new Map<string, T>()
  return (language, form) => {
    const key = `${language} ${form}`
    const format = made.get(key) ?? make(language, form)
    made.set(key, format)
    return format
  }
}

const relative = kept((language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }))
const spans = kept(
  (language, unit) => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }),
)

const units = [
  ['year', 365.25 * 86_400],
  ['month', 30.44 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** Such as `3 days ago`; times in milliseconds since the epoch. One that is to come, by another clock, is now. */
export function timeAgo(language: string, time: number, now: number): string {
  const format = relative(language, '')
  const seconds = Math.round(Math.min(0, time - now) / 1000)
  for (const [unit, size] of units)
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit)
  return format.format(seconds, 'second')
}

/** A span such as `40 sec` or `2 min`, in the language's own short form. */
export function duration(language: string, seconds: number): string {
  const [unit, size]: readonly [string, number] =
    seconds < 90
      ? ['second', 1]
      : seconds < 5400
        ? ['minute', 60]
        : seconds < 129_600
          ? ['hour', 3600]
          : ['day', 86_400]
  return spans(language, unit).format(Math.round(seconds / size))
}
