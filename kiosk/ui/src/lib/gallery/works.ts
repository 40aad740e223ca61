/** Lists of finished works: one entry a work, newest first. Pure. */
import type { GalleryItem } from '../api/records'

export const keyOf = (work: Pick<GalleryItem, 'run_id' | 'media_type' | 'n'>): string =>
  `${work.media_type}/${work.run_id}/${work.n}`

/** The address of what stands for a work; a video's frame may turn out not to be there. */
export const smallOf = (work: GalleryItem): string | null =>
  work.thumb_url ?? (work.media_type === 'video' ? `/api/media/thumb/${work.run_id}/${work.n}?media_type=video` : null)

/** Both lists as one; where both know a work, `news` counts. */
export function merge(known: readonly GalleryItem[], news: readonly GalleryItem[]): GalleryItem[] {
  const byKey = new Map([...known, ...news].map((work) => [keyOf(work), work]))
  return [...byKey.values()].sort(newestFirst)
}

export const without = (known: readonly GalleryItem[], runId: string): GalleryItem[] =>
  known.filter((work) => work.run_id !== runId)

/** Timestamps carry offsets, so they are compared as moments. */
function newestFirst(a: GalleryItem, b: GalleryItem): number {
  return Date.parse(b.timestamp) - Date.parse(a.timestamp) || b.run_id.localeCompare(a.run_id) || b.n - a.n
}
