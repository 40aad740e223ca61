/** All wordings of a run in the order in which they came, so that any two can be compared. Pure. */
import type { RunItem } from '../api/records'

export type WordingKind = 'idea' | 'rules' | 'link' | 'machine' | 'edit' | 'translation' | 'prompt' | 'typed'

export interface Wording {
  /** Which one it is, the same after a reload. */
  key: string
  kind: WordingKind
  /** Counts those of one kind, from 1. */
  n: number
  /** BCP 47, where it is not the language of the screen. */
  language: string | null
  text: string
}

const KINDS: Readonly<Record<string, WordingKind>> = {
  user_input_text: 'idea',
  context_prompt: 'rules',
  interception_iteration: 'link',
  interception_final: 'machine',
  interception_result: 'machine',
  user_edit: 'edit',
  translation_en: 'translation',
  prompt_optimization: 'prompt',
}

/** The wordings after one more item. A text that says what the one before it said is left out. */
export function withWording(known: readonly Wording[], item: RunItem): readonly Wording[] {
  const kind = KINDS[item.item_type]
  const text = item.content ?? ''
  if (!kind || !text.trim() || (known.at(-1)?.text === text && kind !== 'machine')) return known
  const n = known.filter((wording) => wording.kind === kind).length + 1
  const said = item.metadata['language']
  const language = kind === 'translation' ? 'en' : kind === 'link' && typeof said === 'string' ? said : null
  return [...known, { key: String(item.sequence_number), kind, n, language, text }]
}

/** Where a comparison begins: from what the child wrote to what is there now. */
export function firstPair(wordings: readonly Wording[]): [Wording, Wording] | null {
  const before = wordings.find((wording) => wording.kind === 'idea') ?? wordings[0]
  const after = wordings.findLast((wording) => ['typed', 'edit', 'machine'].includes(wording.kind)) ?? wordings.at(-1)
  return before && after && before !== after ? [before, after] : null
}
