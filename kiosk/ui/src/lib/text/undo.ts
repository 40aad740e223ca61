/**
 * The last wordings of one box, for a visible undo button: fingers have no Ctrl+Z.
 * Typing in one go is one step; `PAUSE_MS` without a key begins the next.
 */
const PAUSE_MS = 1_200
const MOST = 100

export class Undo {
  #past: string[] = []
  #last: string
  #at = -Infinity

  constructor(text: string) {
    this.#last = text
  }

  get possible(): boolean {
    return this.#past.length > 0
  }

  /** The text was changed at `now` (ms). */
  note(text: string, now: number): void {
    if (text === this.#last) return
    if (now - this.#at > PAUSE_MS) {
      this.#past.push(this.#last)
      if (this.#past.length > MOST) this.#past.shift()
    }
    this.#at = now
    this.#last = text
  }

  /** A change that always counts as a step of its own (a lens was chosen, a text arrived). */
  replace(text: string): void {
    if (text === this.#last) return
    this.#at = -Infinity
    this.note(text, 0)
    this.#at = -Infinity
  }

  /** The wording before, or null. */
  back(): string | null {
    const before = this.#past.pop()
    if (before === undefined) return null
    this.#last = before
    this.#at = -Infinity
    return before
  }
}
