/**
 * Where works hang on the wall, and which. Pure. A wall has one large place and some smaller ones of unlike size, as
 * in an old salon; places change from time to time, so that no bright edge stays where it is for hours.
 */
import type { GalleryItem } from '../api/records'
import { keyOf } from '../gallery/works'

/** Left, top, width, height in twelfths of the wall's width and sixths of its height; the first is the large one. */
export type Place = readonly [number, number, number, number]

export const WALLS: readonly (readonly Place[])[] = [
  [[0, 0, 6, 6], [6, 0, 3, 3], [9, 0, 3, 2], [9, 2, 3, 4], [6, 3, 3, 3]],
  [[3, 0, 6, 6], [0, 0, 3, 2], [9, 0, 3, 4], [9, 4, 3, 2], [0, 2, 3, 4]],
  [[6, 0, 6, 6], [0, 0, 3, 4], [3, 0, 3, 3], [3, 3, 3, 3], [0, 4, 3, 2]],
]

export type Hung = readonly (GalleryItem | null)[]

const among = (works: Hung, key: string): boolean => works.some((work) => work !== null && keyOf(work) === key)

/** The works that do not hang, in their order, after the one that was hung last. */
export function waiting(hung: Hung, pool: readonly GalleryItem[], after: string | null): GalleryItem[] {
  const from = pool.findIndex((work) => keyOf(work) === after) + 1
  return [...pool.slice(from), ...pool.slice(0, from)].filter((work) => !among(hung, keyOf(work)))
}

/** What has just come takes the large place; what hung there moves on, and the last one goes. */
export const withNew = (hung: Hung, work: GalleryItem): Hung =>
  among(hung, keyOf(work)) ? hung : [work, ...hung.slice(0, -1)]

export const withAt = (hung: Hung, place: number, work: GalleryItem | null): Hung =>
  hung.map((old, other) => (other === place ? work : old))

/** Without the works of a run. */
export const withoutRun = (hung: Hung, runId: string): Hung => hung.map((work) => (work?.run_id === runId ? null : work))
