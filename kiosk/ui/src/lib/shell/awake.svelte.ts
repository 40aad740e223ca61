/** Whether somebody's hand is at the screen: what lies over a picture goes away when nothing has moved for a while. */
export class Awake {
  now = $state(true)
  readonly #stillMs: number
  #sleeping: ReturnType<typeof setTimeout> | undefined

  constructor(stillMs: number) {
    this.#stillMs = stillMs
  }

  /** Something moved. */
  wake = (): void => {
    this.now = true
    clearTimeout(this.#sleeping)
    this.#sleeping = setTimeout(() => {
      this.now = false
    }, this.#stillMs)
  }

  /** Begin to watch; returns how to end it. */
  watch(): () => void {
    this.wake()
    return () => clearTimeout(this.#sleeping)
  }
}
