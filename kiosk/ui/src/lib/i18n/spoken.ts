/** Sizes, numbers, times and languages as people say them in a language. Pure. */

/** Making one takes longer than using it, and some are used every second. */
const formats = new Map<string, Intl.NumberFormat>()

function numbers(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language} ${JSON.stringify(options)}`
  const format = formats.get(key) ?? new Intl.NumberFormat(language, options)
  formats.set(key, format)
  return format
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

export function saySize(bytes: number, language: string): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1)
  const value = bytes / 1000 ** step
  const digits = value >= 100 || step === 0 ? 0 : 1
  return numbers(language, {
    style: 'unit',
    unit: UNITS[step]!,
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: digits,
  }).format(value)
}

/** Seconds as the one unit that says most; `short` where there is little room. */
export function sayDuration(seconds: number, language: string, unitDisplay: 'long' | 'short' = 'long'): string {
  const [value, unit] = seconds < 90 ? [seconds, 'second'] : seconds < 5_400 ? [seconds / 60, 'minute'] : [seconds / 3_600, 'hour']
  return numbers(language, { style: 'unit', unit, unitDisplay, maximumFractionDigits: 0 }).format(
    Math.max(0, Math.round(value)),
  )
}

/** Whole seconds that have passed: every one of them is said, so that it is seen that time goes on. */
export function sayPassed(seconds: number, language: string): string {
  if (seconds < 90) return sayDuration(seconds, language)
  const parts = [Math.floor(seconds / 60) * 60, seconds % 60].filter((part) => part > 0)
  return new Intl.ListFormat(language, { type: 'unit' }).format(parts.map((part) => (part >= 60 ? minutes(part / 60, language) : sayDuration(part, language))))
}

const minutes = (value: number, language: string): string =>
  numbers(language, { style: 'unit', unit: 'minute', unitDisplay: 'long' }).format(value)

export const sayNumber = (value: number, language: string, digits = 0): string =>
  numbers(language, { maximumFractionDigits: digits }).format(value)

/** A day of this year or the last, and its time. */
export const sayMoment = (iso: string, language: string): string =>
  said(iso, language, { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' })

/** A day of any year, and its time. */
export const sayWhen = (iso: string, language: string): string => said(iso, language, { dateStyle: 'long', timeStyle: 'short' })

export const sayDay = (day: string, language: string): string => said(`${day}T12:00`, language, { dateStyle: 'medium' })

/** A day as one finds it in one's memory. */
export const sayWeekday = (day: string, language: string): string =>
  said(`${day}T12:00`, language, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' })

export const sayTime = (iso: string, language: string): string => said(iso, language, { hour: '2-digit', minute: '2-digit' })

export const sayClock = (iso: string, language: string): string => said(iso, language, { timeStyle: 'medium' })

/** The name of a language (BCP 47) in another; the tag itself where it has none. */
export function sayLanguage(tag: string, language: string): string {
  try {
    return new Intl.DisplayNames([language], { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag // no tag of the standard: what an older program or a box wrote
  }
}

/** Runs of older programs have times that are none: these are said as they stand. */
function said(iso: string, language: string, form: Intl.DateTimeFormatOptions): string {
  const time = new Date(iso)
  return Number.isNaN(time.getTime()) ? iso : new Intl.DateTimeFormat(language, form).format(time)
}
