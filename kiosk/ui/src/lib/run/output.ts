/** One output of a run as this page knows it, and the files that came of it. Plain data; filled by state.ts. */
import type { MediaType, Step } from '../api/records'

export interface WorkFile {
  /** n-th of its media type in the run, from 1: the address of the file. */
  n: number
  /** n-th of all works in the run, from 1. */
  position: number
  mediaType: MediaType
  url: string
  mimeType: string
  seed: number | null
  model: string | null
  backend: string | null
  width: number | null
  height: number | null
  notSaved: string | null
}

export interface OutputState {
  /** Position among all outputs of the run, from 1 (`loop_iteration`). */
  loop: number
  config: string
  /** Which pass asked for it, from 1. */
  pass: number
  /** Whether an item of it was recorded. */
  begun: boolean
  phase: 'waiting' | 'now' | 'done' | 'failed' | 'blocked' | 'cancelled'
  step: Step | null
  since: number | null
  value: number | null
  total: number | null
  preview: string | null
  place: number | null
  estimateS: number | null
  reason: string | null
  category: string | null
  prompt: string | null
  files: WorkFile[]
}

export function newOutput(loop: number, config: string, pass: number): OutputState {
  return {
    loop,
    config,
    pass,
    begun: false,
    phase: 'waiting',
    step: null,
    since: null,
    value: null,
    total: null,
    preview: null,
    place: null,
    estimateS: null,
    reason: null,
    category: null,
    prompt: null,
    files: [],
  }
}
