/**
 * Store: what is not as usual in the house, for everybody to read: signs of health, a pause, a lost line.
 * Listens to the room, so that a pause and a changed offer are seen at once.
 */
import { getSigns, Problem } from '../api/client'
import { EventStream, type LineState } from '../api/events'
import type { HealthSign, RoomChange } from '../api/records'
import { gallery } from '../gallery/gallery.svelte'
import { i18n } from '../i18n/i18n.svelte'
import { catalog } from '../lenses/catalog.svelte'
import { run } from '../run/run.svelte'
import { session } from '../session/session.svelte'
import { draft } from '../studio/draft.svelte'

const SOON_MS = 3000

/** Sentences by their key, the most serious first. */
export function sentencesOf(lost: boolean, paused: boolean, signs: readonly HealthSign[], unsaved: boolean): string[] {
  const health = unsaved && !signs.includes('not_saved') ? (['not_saved', ...signs] as const) : signs
  return [...(lost ? ['health.lost'] : []), ...(paused ? ['health.paused'] : []), ...health.map((sign) => `health.${sign}`)]
}

class House {
  signs = $state.raw<readonly HealthSign[]>([])
  line = $state<LineState>('closed')
  #stream: EventStream | null = null
  #again: ReturnType<typeof setTimeout> | undefined
  #listens = false

  /** Whether children's starts wait now. */
  get paused(): boolean {
    return session.current?.paused === true && session.current.role === 'child'
  }

  get lost(): boolean {
    const lines = [run.line, gallery.line, this.line]
    return lines.includes('lost') || lines.includes('denied')
  }

  get sentences(): string[] {
    const files = (run.state?.outputs ?? []).flatMap((output) => output.files)
    return sentencesOf(this.lost, this.paused, this.signs, files.some((file) => file.notSaved !== null))
  }

  start(): void {
    if (this.#stream) return
    this.#stream = new EventStream('/api/room/stream', {
      onEvent: (event) => void this.#changed(event.name === 'changed' ? (JSON.parse(event.data) as RoomChange) : null),
      onState: (state) => this.#lineIs(state),
    })
    if (!this.#listens) gallery.listen((news) => news.name === 'removed' && this.#lookSoon())
    this.#listens = true
    void this.look()
  }

  /** Asks how everything is; while something is not as usual soon again, so that it is not told longer than it lasts. */
  async look(): Promise<void> {
    clearTimeout(this.#again)
    await quietly(async () => {
      this.signs = await getSigns()
    })
    if (this.signs.length > 0 && !document.hidden) this.#again = setTimeout(() => void this.look(), SOON_MS)
  }

  /** Works that go may go because the place where they lie has gone. */
  #lookSoon(): void {
    clearTimeout(this.#again)
    this.#again = setTimeout(() => void this.look(), SOON_MS / 3)
  }

  /** A program that was started anew knows nobody: then the door is shut, and what stands here is no longer live. */
  #lineIs(state: LineState): void {
    this.line = state
    if (state !== 'denied') return
    this.#stream = null
    void session.enter()
  }

  /** Without a change: something was missed, so everything is asked for. */
  async #changed(change: RoomChange | null): Promise<void> {
    if (change?.what === 'works') return
    await quietly(async () => {
      await session.refresh()
      if (change?.what === 'pause') return
      await catalog.load(i18n.language)
      draft.fit()
    })
  }
}

/** What fails now is asked again later. */
async function quietly(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
}

export const house = new House()
