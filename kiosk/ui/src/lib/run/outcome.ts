/** How a run stands, as it is told: an end that only half went well is never called a good one. Pure. */
import type { RunState } from './state'

export type Outcome = RunState['status'] | 'completed.partly' | 'completed.unsaved' | 'blocked.help' | 'waiting.unchanged'

export function outcomeOf(run: RunState): Outcome {
  if (run.status === 'blocked' && run.category === 'self_harm') return 'blocked.help'
  if (run.status === 'waiting' && run.unchanged) return 'waiting.unchanged'
  if (run.status !== 'completed') return run.status
  const present = run.outputs.filter((output) => output.loop >= run.firstLoop)
  if (present.some((output) => output.files.some((file) => file.notSaved !== null))) return 'completed.unsaved'
  return present.some((output) => output.phase !== 'done') ? 'completed.partly' : 'completed'
}
