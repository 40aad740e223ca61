/** Asks the server for everything that is known of one run. */
import { ask } from './client'
import type { HistoryRecord, Lineage, WholeRun } from './records'

export const getWholeRun = (runId: string): Promise<WholeRun> => ask('GET', `/api/media/run/${runId}`)

export const getHistory = (runId: string): Promise<HistoryRecord> => ask('GET', `/api/runs/${runId}`)

export const getLineage = (runId: string): Promise<Lineage> => ask('GET', `/api/runs/${runId}/lineage`)
