/** The words behind a work, as far as this session may read them. */
import { getMediaInfo, getStatus, getWording } from '../api/client'
import { getWork } from '../api/gallery'
import type { Entity, GalleryItem, Medium, RunMetadata, Session } from '../api/records'
import type { WorkAddress } from '../shell/router.svelte'

export interface Story {
  lensId: string
  idea: string
  /** Empty where the run belongs to another desk. */
  wording: string
  medium: Medium | null
  /** What rewrote the text; null where nothing did, or it is not ours to know. */
  textModel: string | null
  when: string | null
  own: boolean
}

/** The story of a work, whoever's it is; `listed` is what a list of works knows of it, if one has come that far. */
export async function storyOf(work: WorkAddress, listed: GalleryItem | null, reader: Session | null): Promise<Story> {
  const item = listed ?? (reader?.role === 'child' ? await getWork(work) : null)
  return item && item.device_id !== reader?.device_id ? sharedStory(work, item) : ownStory(work)
}

/** The story of a work of one's own: idea and wording as they were when it was made. */
async function ownStory(work: WorkAddress): Promise<Story> {
  const [run, medium] = await Promise.all([getStatus(work.runId), mediumOf(work)])
  const made = run.entities.filter((entity) => entity.type === `output_${work.media}`)[work.n - 1]
  const before = made?.sequence ?? Infinity
  const [idea, wording] = await Promise.all([
    wordingBefore(run, 'input', before),
    wordingBefore(run, 'interception', before),
  ])
  const textModel = run.models_used['stage2_interception'] ?? null
  return { lensId: run.schema, idea, wording, medium, textModel, when: run.start_time, own: true }
}

/** The story of somebody else's work: what the gallery shows everybody. */
async function sharedStory(work: WorkAddress, item: GalleryItem): Promise<Story> {
  const medium = await mediumOf(work)
  const { schema: lensId, input_text: idea, timestamp: when } = item
  return { lensId, idea, wording: '', medium, textModel: null, when, own: false }
}

async function mediumOf(work: WorkAddress): Promise<Medium | null> {
  const info = await getMediaInfo(work.runId)
  return info.media.find((medium) => medium.media_type === work.media && medium.n === work.n) ?? null
}

/** The last text of a type that was there before an item; n in the address counts texts of this type from 1. */
async function wordingBefore(run: RunMetadata, type: string, sequence: number): Promise<string> {
  const n = countBefore(run.entities, type, sequence)
  return n === 0 ? '' : getWording(run.run_id, type, n)
}

export const countBefore = (entities: readonly Entity[], type: string, sequence: number): number =>
  entities.filter((entity) => entity.type === type && entity.sequence < sequence).length
