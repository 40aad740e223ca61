/** The words behind a work, read from the records of its run. */
import { getStatus, getWording } from '../api/client'
import type { Entity, Output, RunMetadata } from '../api/records'

export interface Story {
  run: RunMetadata
  output: Output | null
  idea: string
  wording: string
}

/** Idea and wording as they were when the n-th work of this medium was made. */
export async function storyOf(runId: string, media: string, n: number): Promise<Story> {
  const run = await getStatus(runId)
  const type = `output_${media}`
  const made = run.entities.filter((entity) => entity.type === type)[n - 1]
  const output = run.outputs.filter((candidate) => candidate.type === media || candidate.type === type)[n - 1] ?? null
  const before = made?.sequence ?? Infinity
  const [idea, wording] = await Promise.all([
    wordingBefore(run, 'input', before),
    wordingBefore(run, 'interception', before),
  ])
  return { run, output, idea, wording }
}

/** The last text of a type that was there before an item; n in the address counts texts of this type from 1. */
async function wordingBefore(run: RunMetadata, type: string, sequence: number): Promise<string> {
  const n = countBefore(run.entities, type, sequence)
  return n === 0 ? '' : getWording(run.run_id, type, n)
}

export const countBefore = (entities: readonly Entity[], type: string, sequence: number): number =>
  entities.filter((entity) => entity.type === type && entity.sequence < sequence).length
