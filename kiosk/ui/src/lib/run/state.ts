/**
 * What is known about a run on this page: a fold of the items and the progress that its stream brings.
 *
 * Items are the truth and may be replayed from the first one at any time; progress only says what happens now.
 * Pure functions on plain data; no network, no clock but the one handed in.
 */
import type { Progress, RunItem, RunMetadata, Status } from '../api/records'
import { newOutput, type OutputState, type WorkFile } from './output'
import { withWording, type Wording } from './wordings'

export type { OutputState, WorkFile }

export type Phase = 'idle' | 'now' | 'done' | 'stopped'
export type StageName = 'gate' | 'rewrite' | 'prepare' | 'make'
export const STAGES: readonly StageName[] = ['gate', 'rewrite', 'prepare', 'make']

/** `since` is in ms of the page's clock; `seconds` and `model` are as recorded. */
export interface Stage {
  phase: Phase
  since: number | null
  seconds: number | null
  model: string | null
}

/** One rewriting of a chain (telephone game), in the language it is written in. */
export interface Link {
  n: number
  language: string | null
  text: string
}

export interface RunState {
  runId: string
  status: Status | 'unknown'
  reason: string | null
  category: string | null
  lens: string
  idea: string
  rules: string
  stages: Record<StageName, Stage>
  links: Link[]
  /** How many pictures were brought into it. */
  pictures: number
  /** Every text of the run that there is, in order. */
  wordings: readonly Wording[]
  /** The machine's text while it comes; `tokens` counts its pieces. */
  coming: string
  /** Whether its beginning was heard. */
  heard: boolean
  thinking: string
  /** The place among those whose texts wait (1 is next), and how long that may take in s; null when nobody is before us. */
  turn: { place: number; estimateS: number | null } | null
  tokens: number
  /** Which model (or procedure) works on the text now, as soon as that is known. */
  who: string | null
  /** Whether the idea went on as it is, for want of rules. */
  unchanged: boolean
  /** The text as the machine wrote it, and as it is now. */
  written: string | null
  wording: string | null
  outputs: OutputState[]
  /** How often the run was started or continued. */
  pass: number
  /** How many outputs were ever asked for. */
  asked: number
  /** Outputs from this position on belong to the present pass. */
  firstLoop: number
  /** Whether the present pass goes on with a text that is there. */
  continues: boolean
  lastSequence: number
}

const stage = (): Stage => ({ phase: 'idle', since: null, seconds: null, model: null })

export function emptyRun(runId: string): RunState {
  return {
    runId,
    status: 'unknown',
    reason: null,
    category: null,
    lens: '',
    idea: '',
    rules: '',
    stages: { gate: stage(), rewrite: stage(), prepare: stage(), make: stage() },
    links: [],
    pictures: 0,
    wordings: [],
    coming: '',
    heard: false,
    thinking: '',
    turn: null,
    tokens: 0,
    who: null,
    unchanged: false,
    written: null,
    wording: null,
    outputs: [],
    pass: 0,
    asked: 0,
    firstLoop: 1,
    continues: false,
    lastSequence: 0,
  }
}

const ENDED: readonly string[] = ['completed', 'blocked', 'failed', 'cancelled', 'interrupted']
export const hasEnded = (run: RunState): boolean => ENDED.includes(run.status)
export const isBusy = (run: RunState): boolean => run.status === 'running' || run.status === 'unknown'

/** The state after one more item. `now` in ms. An item that was seen already changes nothing. */
export function withItem(run: RunState, item: RunItem, now: number): RunState {
  if (item.sequence_number <= run.lastSequence) return run
  const next: RunState = { ...run, lastSequence: item.sequence_number, wordings: withWording(run.wordings, item) }
  const take = ITEMS[item.item_type]
  return take ? take(next, item, now) : next
}

type Take = (run: RunState, item: RunItem, now: number) => RunState

const ITEMS: Record<string, Take> = {
  pipeline_start: started,
  user_input_text: (run, item) => ({ ...run, idea: item.content ?? '' }),
  user_input_image: (run) => ({ ...run, pictures: run.pictures + 1 }),
  context_prompt: (run, item) => ({ ...run, rules: item.content ?? '' }),
  user_edit: edited,
  stage1_safety_check: (run, item, now) => {
    const stages = withStage(run.stages, 'gate', { phase: 'done', ...measured(item) })
    return { ...run, stages: run.continues ? stages : withStage(stages, 'rewrite', { phase: 'now', since: now }) }
  },
  stage1_blocked: (run, item) => blockedAt(run, item, 'gate'),
  interception_iteration: (run, item) => ({
    ...run,
    coming: '',
    links: [
      ...run.links,
      {
        n: item.stage_iteration ?? run.links.length + 1,
        language: text(item.metadata['language']),
        text: item.content ?? '',
      },
    ],
  }),
  interception_final: rewritten,
  interception_result: rewritten,
  translation_en: (run, item, now) => atOutput(run, item, { prompt: item.content ?? null, phase: 'now' }, now),
  prompt_optimization: (run, item, now) => atOutput(run, item, { prompt: item.content ?? null, phase: 'now' }, now),
  stage3_safety_check: (run, item, now) =>
    allowed(item) ? atOutput(run, item, { phase: 'now', step: 'media_generation', since: now }, now) : run,
  stage3_blocked: outputBlocked,
  output_blocked: outputBlocked,
  output_error: (run, item, now) => atOutput(run, item, { phase: 'failed', reason: text(item.content) }, now),
  output_image: work,
  output_audio: work,
  output_music: work,
  output_video: work,
  output_3d: work,
  output_code: work,
  pipeline_complete: (run, item) => ended(run, (text(item.metadata['status']) as Status | null) ?? 'completed', item),
  pipeline_error: (run, item) => ended(run, 'failed', item),
  pipeline_cancelled: (run, item) => ended(run, 'cancelled', item),
  pipeline_interrupted: (run, item) => ended(run, 'interrupted', item),
}

function started(run: RunState, item: RunItem, now: number): RunState {
  const facts = item.metadata
  const continues = facts['continues'] === true
  const pass = run.pass + 1
  const fresh = emptyRun('').stages
  const gate: Stage = { ...stage(), phase: 'now', since: now }
  const asked = Array.isArray(facts['output_configs']) ? facts['output_configs'].map(String) : []
  // A pass that was stopped early leaves positions unused; the next pass takes them.
  const begun = run.outputs.filter((output) => output.begun)
  const firstLoop = Math.max(0, ...begun.map((output) => output.loop)) + 1
  const configs = facts['until'] === 2 ? [] : asked.slice(continues ? run.asked : 0)
  return {
    ...run,
    pass,
    continues,
    firstLoop,
    asked: asked.length,
    stages: continues ? { ...fresh, gate, rewrite: run.stages.rewrite } : { ...fresh, gate },
    status: 'running',
    reason: null,
    category: null,
    lens: text(facts['schema']) ?? run.lens,
    outputs: [...begun, ...configs.map((config, index) => newOutput(firstLoop + index, config, pass))],
  }
}

function edited(run: RunState, item: RunItem): RunState {
  const type = text(item.metadata['entity_type']) ?? text(item.metadata['type']) ?? 'interception'
  const content = item.content ?? ''
  if (type === 'input') return { ...run, idea: content }
  if (type === 'context_prompt') return { ...run, rules: content }
  return type === 'interception' ? { ...run, wording: content } : run
}

function rewritten(run: RunState, item: RunItem): RunState {
  const content = item.content ?? ''
  const stages = withStage(run.stages, 'rewrite', { phase: 'done', ...measured(item) })
  const unchanged = item.metadata['unchanged'] === true
  return { ...run, stages, coming: '', who: null, unchanged, written: content, wording: content }
}

function blockedAt(run: RunState, item: RunItem, name: StageName): RunState {
  const stages = withStage(run.stages, name, { phase: 'stopped', ...measured(item) })
  return { ...run, stages, category: text(item.metadata['category']) }
}

/** Without a position it is the rewritten text itself that may not pass. */
function outputBlocked(run: RunState, item: RunItem, now: number): RunState {
  if (!item.loop_iteration) return blockedAt(run, item, 'rewrite')
  const reason = text(item.metadata['reason'])
  return atOutput(run, item, { phase: 'blocked', reason, category: text(item.metadata['category']) }, now)
}

function work(run: RunState, item: RunItem, now: number): RunState {
  const same = run.outputs.flatMap((output) => output.files).filter((file) => file.mediaType === item.media_type)
  const all = run.outputs.reduce((sum, output) => sum + output.files.length, 0)
  const n = same.length + 1
  const file: WorkFile = {
    n,
    position: all + 1,
    mediaType: item.media_type,
    url: `/api/media/${item.media_type}/${run.runId}/${n}`,
    mimeType: text(item.metadata['mime_type']) ?? '',
    seed: number(item.metadata['seed']),
    model: item.model_used ?? null,
    backend: item.backend_used ?? null,
    width: number(item.metadata['width']),
    height: number(item.metadata['height']),
    notSaved: text(item.metadata['not_saved']),
  }
  const found = findOutput(run, item.loop_iteration)
  const files = [...(found?.files ?? []), file]
  return atOutput(run, item, { phase: 'done', preview: null, place: null, files }, now)
}

function ended(run: RunState, status: Status, item: RunItem): RunState {
  const stopped = status !== 'completed'
  const settle = (part: Stage): Stage =>
    part.phase === 'now' ? { ...part, phase: stopped ? 'stopped' : 'done', since: null } : part
  const stages = Object.fromEntries(STAGES.map((name) => [name, settle(run.stages[name])])) as RunState['stages']
  // An idea that did not get through has no outputs; those that were stopped on the way say so.
  const reached = run.outputs.filter((output) => output.begun || (status !== 'blocked' && status !== 'failed'))
  const outputs = reached.map((output) =>
    output.phase === 'waiting' || output.phase === 'now' ? { ...output, phase: 'cancelled' as const } : output,
  )
  const reason = status === 'completed' ? null : (reasonOf(item) ?? run.reason)
  return { ...run, status, stages, outputs, reason, coming: '' }
}

function findOutput(run: RunState, loop: number | null | undefined): OutputState | undefined {
  return run.outputs.find((output) => output.loop === (loop ?? 1))
}

interface Place {
  sequence_number?: number
  loop_iteration?: number | null
  config_used?: string | null
}

function atOutput(run: RunState, at: Place, change: Partial<OutputState>, now: number): RunState {
  const loop = at.loop_iteration ?? 1
  const recorded = at.sequence_number ? { begun: true } : {}
  const known = findOutput(run, loop)
  const outputs = known ? run.outputs : [...run.outputs, newOutput(loop, at.config_used ?? '', run.pass)]
  const updated = outputs.map((output) => (output.loop === loop ? { ...output, ...recorded, ...change } : output))
  return { ...run, outputs: updated, stages: outputStages(run.stages, updated, run.firstLoop, now) }
}

/** Stages 3 and 4 are per output: they are now while any output of this round is in them. */
function outputStages(stages: RunState['stages'], outputs: OutputState[], firstLoop: number, now: number): RunState['stages'] {
  const current = outputs.filter((output) => output.loop >= firstLoop)
  const isMaking = (output: OutputState): boolean => output.step === 'media_generation' || output.step === 'media_safety'
  const isSettled = (output: OutputState): boolean => output.phase !== 'waiting' && output.phase !== 'now'
  const preparing = current.some((output) => output.phase === 'now' && !isMaking(output))
  const reached = current.some((output) => isSettled(output) || isMaking(output))
  const making = current.some((output) => isSettled(output) || (output.phase === 'now' && isMaking(output)))
  const success = current.some((output) => output.phase === 'done')
  const make: Phase = current.every(isSettled) ? (success ? 'done' : 'stopped') : making ? 'now' : 'idle'
  return {
    ...stages,
    prepare: moved(stages.prepare, preparing ? 'now' : reached ? 'done' : 'idle', now),
    make: moved(stages.make, make, now),
  }
}

const moved = (part: Stage, phase: Phase, now: number): Stage =>
  part.phase === phase ? part : { ...part, phase, since: phase === 'now' ? now : null }

/** The state after a sign of what happens now. `now` in ms. */
export function withProgress(run: RunState, progress: Progress, now: number): RunState {
  const live: RunState = run.status === 'unknown' ? { ...run, status: 'running' } : run
  if (progress.loop_iteration) return outputProgress(live, progress, now)
  switch (progress.kind) {
    case 'stage':
      return stageBegins(live, progress, now)
    case 'token':
      // Whoever comes in the middle hears only the rest: said so, until the whole text arrives.
      return { ...live, coming: (live.tokens === 0 && !live.heard ? '… ' : live.coming) + (progress.text ?? ''), tokens: live.tokens + 1, turn: null }
    case 'thinking':
      return { ...live, thinking: live.thinking + (progress.text ?? ''), turn: null }
    case 'queue':
      return { ...live, turn: progress.place ? { place: progress.place, estimateS: progress.estimate_s ?? null } : null }
    case 'working':
      return { ...live, turn: null, who: progress.model ?? live.who }
    default:
      return live
  }
}

function stageBegins(before: RunState, progress: Progress, now: number): RunState {
  const run = { ...before, turn: null }
  const since = now - (progress.seconds ?? 0) * 1000
  if (progress.step === 'safety') return { ...run, stages: withStage(run.stages, 'gate', { phase: 'now', since }) }
  if (progress.step !== 'interception') return run
  const chained = run.links.length > 0
  return {
    ...run,
    stages: withStage(run.stages, 'rewrite', { phase: 'now', since: chained ? run.stages.rewrite.since : since }),
    coming: '',
    heard: true,
    who: progress.model ?? null,
    thinking: chained ? run.thinking : '',
    tokens: chained ? run.tokens : 0,
  }
}

function outputProgress(run: RunState, progress: Progress, now: number): RunState {
  const at = { loop_iteration: progress.loop_iteration ?? null, config_used: progress.config ?? null }
  const before = findOutput(run, progress.loop_iteration)
  if (before && !['waiting', 'now'].includes(before.phase)) return run
  const since = now - (progress.seconds ?? 0) * 1000
  const change: Partial<OutputState> = { phase: 'now' }
  if (progress.step) change.step = progress.step
  if (progress.kind === 'stage') Object.assign(change, { since, value: null, total: null, place: null, estimateS: null })
  if (progress.kind === 'step') Object.assign(change, { value: progress.value ?? null, total: progress.total ?? null, place: null })
  if (progress.kind === 'preview') change.preview = progress.preview ?? null
  if (progress.kind === 'queue') Object.assign(change, { place: progress.place ?? null, estimateS: progress.estimate_s ?? null })
  if (progress.kind === 'working') change.place = null
  return atOutput(run, at, { since: before?.since ?? since, ...change }, now)
}

/** The state when the server says that the stream has ended: its word on status and reason counts. */
export function withEnd(run: RunState, metadata: RunMetadata): RunState {
  return { ...run, status: metadata.status, turn: null, reason: metadata.status === 'completed' ? null : (metadata.reason ?? run.reason) }
}

function withStage(stages: RunState['stages'], name: StageName, change: Partial<Stage>): RunState['stages'] {
  return { ...stages, [name]: { ...stages[name], ...change } }
}

const measured = (item: RunItem): Partial<Stage> => ({
  since: null,
  seconds: item.execution_time ?? null,
  model: item.model_used ?? null,
})

const text = (value: unknown): string | null => (typeof value === 'string' && value ? value : null)
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
const allowed = (item: RunItem): boolean => item.metadata['allowed'] !== false
const reasonOf = (item: RunItem): string | null => text(item.metadata['reason']) ?? text(item.content)
