/** What has come of a run and waits to be taken in, and how much of it before the next frame. Pure. */
import type { RunState } from './state'

export interface Arrival {
  change: (state: RunState) => RunState
  /** Words grow a text; anything else may make a part of the page. */
  words: boolean
}

/** Of what may make a part of the page, so much is taken in before a frame ... */
const PER_FRAME = 2
/** ... unless so much waits that the page would fall behind. */
const WAITING = 12

/** How many of those that wait are taken in before the next frame, in their order. */
export function forAFrame(waiting: readonly Pick<Arrival, 'words'>[]): number {
  if (waiting.length > WAITING) return waiting.length
  let parts = 0
  const rest = waiting.findIndex(({ words }) => !words && ++parts > PER_FRAME)
  return rest < 0 ? waiting.length : rest
}
