/** What leaves the screen: a work on paper, or in the folder that the teacher chose. */
import { ask } from './client'
import type { MediaType } from './records'

export const printWork = (runId: string, media: MediaType, n: number): Promise<unknown> =>
  ask('POST', `/api/runs/${runId}/print`, { media_type: media, n })

export const saveWork = (runId: string, media: MediaType, n: number): Promise<unknown> =>
  ask('POST', `/api/runs/${runId}/save`, { media_type: media, n })
