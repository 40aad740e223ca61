/** Store: how far a run is shown. `shown` items of `total`; all of them unless somebody replays it. */
import type { RunItem } from '../api/records'
import { pausesOf } from './reading'

export const SPEEDS = [1, 4, 16] as const
export type Speed = (typeof SPEEDS)[number]

export class Replay {
  /** Null: the whole run, also what is still to come. */
  shown = $state<number | null>(null)
  playing = $state(false)
  speed = $state<Speed>(4)
  #items: readonly RunItem[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  get running(): boolean {
    return this.shown !== null
  }

  begin(items: readonly RunItem[], play: boolean): void {
    this.#items = items
    this.shown = 0
    this.playing = play
    this.#later()
  }

  /** Back to the whole run. */
  end(): void {
    clearTimeout(this.#timer)
    this.shown = null
    this.playing = false
  }

  toggle(): void {
    this.playing = !this.playing
    if (this.playing && this.shown === this.#items.length) this.shown = 0
    this.#later()
  }

  step(by: number): void {
    this.playing = false
    this.to((this.shown ?? 0) + by)
  }

  to(place: number): void {
    this.shown = Math.max(0, Math.min(this.#items.length, place))
    this.#later()
  }

  faster(speed: Speed): void {
    this.speed = speed
    this.#later()
  }

  #later(): void {
    clearTimeout(this.#timer)
    if (!this.playing || this.shown === null) return
    const pause = pausesOf(this.#items, this.speed)[this.shown]
    if (pause === undefined) {
      this.playing = false
      return
    }
    this.#timer = setTimeout(() => this.to((this.shown ?? 0) + 1), pause)
  }
}
