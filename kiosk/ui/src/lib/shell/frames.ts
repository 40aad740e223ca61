/** When something is done: together, before a frame is drawn, so that what comes often is laid out once. */

/** `work` is done once before a frame, however often it was asked for; at once where no frames are drawn. */
export class OnceAFrame {
  #asked = 0

  /** `after`: how many frames go to others first. */
  constructor(
    readonly work: () => void,
    readonly after = 0,
  ) {}

  ask(): void {
    if (document.hidden) this.now()
    else if (!this.#asked) this.#wait(this.after)
  }

  now(): void {
    this.cancel()
    this.work()
  }

  cancel(): void {
    cancelAnimationFrame(this.#asked)
    this.#asked = 0
  }

  #wait(frames: number): void {
    this.#asked = requestAnimationFrame(() => (frames > 0 ? this.#wait(frames - 1) : this.now()))
  }
}
