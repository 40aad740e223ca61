/** Asks the server for pages of finished works, anywhere in the whole list. */
import { ask } from './client'
import type { WorkAddress } from '../shell/router.svelte'
import type { GalleryDays, GalleryItem, GalleryPage, GalleryRuler, RestoreData } from './records'

export type Wanted = Readonly<Record<string, string>>

export const getPage = (wanted: Wanted, limit: number, cursor: string | null): Promise<GalleryPage> =>
  ask('GET', `/api/gallery?${query(wanted, limit, cursor)}`)

const MOST_OF_ONE_RUN = 100

/** One work as galleries show it; null if they do not. */
export async function getWork(work: WorkAddress): Promise<GalleryItem | null> {
  const page = await getPage({ run_id: work.runId, media_type: work.media }, MOST_OF_ONE_RUN, null)
  return page.items.find((item) => item.n === work.n) ?? null
}

/** Where each page of `limit` works begins, from a cursor on. */
export const getRuler = (wanted: Wanted, limit: number, cursor: string | null): Promise<GalleryRuler> =>
  ask('GET', `/api/gallery/ruler?${query(wanted, limit, cursor)}`)

/** On which days such works were made, newest first. */
export const getDays = (wanted: Wanted): Promise<GalleryDays> => ask('GET', `/api/gallery/days?${new URLSearchParams(wanted)}`)

const query = (wanted: Wanted, limit: number, cursor: string | null): string =>
  new URLSearchParams({ ...wanted, limit: String(limit), ...(cursor ? { cursor } : {}) }).toString()

/** A run's words and settings, to begin anew with them. */
export const getRestore = (runId: string): Promise<RestoreData> => ask('GET', `/api/runs/${runId}/restore`)

/** Shows a run in gallery and wall, or hides it. */
export const showRun = (runId: string, visible: boolean): Promise<unknown> => ask('PATCH', `/api/runs/${runId}`, { visible })
