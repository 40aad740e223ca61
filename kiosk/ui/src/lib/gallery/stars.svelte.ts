/**
 * Store: the stars of this device, with their notes. A star is shown when the server has kept it, never before;
 * what is asked for goes one after the other, so that the last touch counts.
 */
import { Problem } from '../api/client'
import type { Favorite, FavoriteList } from '../api/records'
import { getStars, noteStar, putStar, takeStar, type Starred } from '../api/stars'
import { sayProblem } from '../shell/problems'
import { keyOf } from './works'

export class Stars {
  /** What the server refused last, in words; empty when the last thing went well. */
  trouble = $state('')
  #mine = $state.raw<Readonly<Record<string, Favorite>>>({})
  #wanted: Promise<void> = Promise.resolve()

  has(work: Starred): boolean {
    return keyOf(work) in this.#mine
  }

  note(work: Starred): string {
    return this.#mine[keyOf(work)]?.note ?? ''
  }

  /** All of them, newest first; one whose run is gone has `gone` set. */
  get list(): Favorite[] {
    return Object.values(this.#mine)
  }

  load(): Promise<void> {
    return this.#ask(() => getStars())
  }

  toggle(work: Starred): Promise<void> {
    return this.#ask(() => (this.has(work) ? takeStar(work) : putStar(work)))
  }

  /** An empty note takes the note away. A work without a star gets one. */
  write(work: Starred, note: string): Promise<void> {
    const text = note.trim()
    if (text === this.note(work) && (this.has(work) || !text)) return this.#wanted
    return this.#ask(async () => {
      if (!this.has(work)) await putStar(work)
      return noteStar(work, text || null)
    })
  }

  #ask(work: () => Promise<FavoriteList>): Promise<void> {
    this.#wanted = this.#wanted.then(async () => {
      try {
        this.#take(await work())
        this.trouble = ''
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        this.trouble = sayProblem(error)
      }
    })
    return this.#wanted
  }

  #take(list: FavoriteList): void {
    this.#mine = Object.fromEntries(list.favorites.map((star) => [keyOf(star), star]))
  }
}

export const stars = new Stars()
