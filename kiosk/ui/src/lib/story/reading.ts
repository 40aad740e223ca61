/** How a run is read: its wordings in order, its works, the file behind an item, and its time as it passed. Pure. */
import type { Entity, Medium, RunItem } from '../api/records'

/** What a wording is; its name is said on the screen as `story.wording.{kind}`. */
export type WordingKind = 'input' | 'step' | 'text' | 'edit' | 'translation' | 'prompt'

export interface Wording {
  sequence: number
  kind: WordingKind
  /** Which one of its kind, from 1. */
  n: number
  text: string
  model: string | null
}

const KINDS: Readonly<Record<string, WordingKind>> = {
  user_input_text: 'input',
  interception_iteration: 'step',
  interception_final: 'text',
  interception_result: 'text',
  user_edit: 'edit',
  translation_en: 'translation',
  translation_result: 'translation',
  prompt_optimization: 'prompt',
}

export function wordingsOf(items: readonly RunItem[]): Wording[] {
  const counts: Partial<Record<WordingKind, number>> = {}
  return items.flatMap((item) => {
    const kind = KINDS[item.item_type]
    if (!kind || !item.content) return []
    const n = (counts[kind] ?? 0) + 1
    counts[kind] = n
    return [{ sequence: item.sequence_number, kind, n, text: item.content, model: item.model_used }]
  })
}

export const rulesOf = (items: readonly RunItem[]): string =>
  items.findLast((item) => item.item_type === 'context_prompt')?.content ?? ''

const isOutput = (item: RunItem): boolean => item.item_type.startsWith('output_') && !['output_blocked', 'output_error'].includes(item.item_type)

/** The works that were there when these items were all there was: as many of each type as items tell of. */
export function worksAt(media: readonly Medium[], items: readonly RunItem[]): Medium[] {
  const made = items.filter(isOutput).map((item) => item.media_type)
  return media.filter((medium) => made.filter((type) => type === medium.media_type).length >= medium.n)
}

/** The address of the file that an item tells of; null if it has none. */
export function fileOf(runId: string, item: RunItem, items: readonly RunItem[], entities: readonly Entity[]): string | null {
  if (isOutput(item)) {
    const n = items.filter((other) => isOutput(other) && other.media_type === item.media_type && other.sequence_number <= item.sequence_number).length
    return `/api/media/${item.media_type}/${runId}/${n}`
  }
  const entity = entities.find((known) => known.sequence === item.sequence_number)
  if (!entity) return null
  const n = entities.filter((known) => known.type === entity.type && known.sequence <= entity.sequence).length
  return `/api/pipeline/${runId}/entity/${entity.type}?n=${n}`
}

/** `null`: this item is no verdict. */
export function verdictOf(item: RunItem): { allowed: boolean; method: string } | null {
  const allowed = item.metadata['allowed']
  if (typeof allowed !== 'boolean') return null
  const method = item.metadata['method']
  return { allowed, method: typeof method === 'string' ? method : '' }
}

export function seedOf(item: RunItem): number | null {
  const seed = item.metadata['seed']
  return typeof seed === 'number' ? seed : null
}

const LONGEST_MS = 4_000
const SHORTEST_MS = 150

/** How long to wait before each item of a replay, in ms at a speed: as it happened, but no wait without end. */
export function pausesOf(items: readonly RunItem[], speed: number): number[] {
  return items.map((item, place) => {
    const before = items[place - 1]
    const passed = before ? Date.parse(item.timestamp) - Date.parse(before.timestamp) : 0
    const ms = Number.isFinite(passed) ? Math.max(0, passed) / speed : 0
    return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms))
  })
}
