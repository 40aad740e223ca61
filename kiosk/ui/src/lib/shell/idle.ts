/** How long nobody has touched the screen, and what follows from it. Pure; times in ms. */

/** The notice stands this long before the table becomes free, in seconds. */
export const NOTICE_S = 30

export type Rest = { kind: 'none' } | { kind: 'notice'; seconds: number } | { kind: 'free' }

/** What to do `restedMs` after the last touch, where the table becomes free after `minutes` (0: never). */
export function afterRest(restedMs: number, minutes: number): Rest {
  if (minutes <= 0) return { kind: 'none' }
  const left = Math.ceil((minutes * 60_000 - restedMs) / 1_000)
  if (left <= 0) return { kind: 'free' }
  return left <= NOTICE_S ? { kind: 'notice', seconds: left } : { kind: 'none' }
}
