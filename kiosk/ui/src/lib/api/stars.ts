/** Asks the server for this device's stars and their notes. Every change answers the whole list. */
import { ask } from './client'
import type { FavoriteList, GalleryItem } from './records'

/** What is starred: the n-th medium of a type of a run. */
export type Starred = Pick<GalleryItem, 'run_id' | 'media_type' | 'n'>

export const NOTE_LIMIT = 500

export const getStars = (view: 'device' | 'group' = 'device'): Promise<FavoriteList> =>
  ask('GET', `/api/favorites?view=${view}`)

export const putStar = ({ run_id, media_type, n }: Starred): Promise<FavoriteList> =>
  ask('POST', '/api/favorites', { run_id, media_type, n })

export const takeStar = ({ run_id, media_type, n }: Starred): Promise<FavoriteList> =>
  ask('DELETE', `/api/favorites/${run_id}?media_type=${media_type}&n=${n}`)

export const noteStar = ({ run_id, media_type, n }: Starred, note: string | null): Promise<FavoriteList> =>
  ask('PATCH', `/api/favorites/${run_id}`, { media_type, n, note })
