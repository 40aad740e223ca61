/** Which works one wants to see: as parameters for the server, and whether a work that has just come is among them. */
import type { GalleryItem, MediaType } from '../api/records'

export const SCOPES = ['group', 'mine', 'stars'] as const
export type Scope = (typeof SCOPES)[number]

export interface Filters {
  scope: Scope
  q: string
  lens: string | null
  mediaType: MediaType | null
  /** YYYY-MM-DD */
  date: string | null
}

/** Who looks: a kiosk's own device, and a person's pseudonym where they chose one. */
export interface Viewer {
  device_id: string
  user_id: string
}

export const NO_FILTERS: Filters = { scope: 'group', q: '', lens: null, mediaType: null, date: null }
const NOBODY = 'anonymous'

export const narrowed = (filters: Filters): boolean =>
  Boolean(filters.q.trim() || filters.lens || filters.mediaType || filters.date)

export function parametersOf(filters: Filters, viewer: Viewer): Record<string, string> {
  const mine = filters.scope === 'mine'
  const wanted: Record<string, string | null> = {
    device_id: mine ? viewer.device_id : null,
    user_id: mine && viewer.user_id !== NOBODY ? viewer.user_id : null,
    favorites: filters.scope === 'stars' ? 'true' : null,
    q: filters.q.trim() || null,
    lens: filters.lens,
    media_type: filters.mediaType,
    date: filters.date,
  }
  return Object.fromEntries(Object.entries(wanted).filter((pair): pair is [string, string] => pair[1] !== null))
}

/** As far as the work itself tells: words are looked for in its idea only. */
export function matches(filters: Filters, viewer: Viewer, work: GalleryItem): boolean {
  if (filters.scope === 'stars') return false
  if (filters.scope === 'mine' && work.device_id !== viewer.device_id) return false
  if (filters.scope === 'mine' && viewer.user_id !== NOBODY && work.user_id !== viewer.user_id) return false
  if (filters.lens && work.schema !== filters.lens) return false
  if (filters.mediaType && work.media_type !== filters.mediaType) return false
  if (filters.date && !work.timestamp.startsWith(filters.date)) return false
  return hasWords(work.input_text, filters.q)
}

function hasWords(text: string, q: string): boolean {
  const words = wordsOf(text)
  return wordsOf(q).every((wanted) => words.some((word) => word.startsWith(wanted)))
}

const wordsOf = (text: string): string[] => text.toLocaleLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean)
