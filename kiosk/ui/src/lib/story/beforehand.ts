/** What lists of works know of a run before its own records have come. Pure. */
import type { GalleryItem, Medium } from '../api/records'
import { keyOf } from '../gallery/works'

/** As much of a work as is shown; what made it may not be known yet. */
export type ShownWork = Pick<Medium, 'url' | 'thumb_url' | 'media_type' | 'n' | 'width' | 'height' | 'config'> &
  Partial<Pick<Medium, 'model' | 'backend'>>

export interface Beforehand {
  /** The lens. */
  schema: string
  idea: string
  /** In the order in which they were made. */
  works: readonly ShownWork[]
}

/** Null where no list knows any work of the run; a work that two lists know counts once. */
export function beforehand(runId: string, listed: readonly GalleryItem[]): Beforehand | null {
  const own = new Map(listed.filter((work) => work.run_id === runId).map((work) => [keyOf(work), work]))
  const works = [...own.values()].sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp) || a.n - b.n)
  const last = works.at(-1)
  return last ? { schema: last.schema, idea: last.input_text, works } : null
}
