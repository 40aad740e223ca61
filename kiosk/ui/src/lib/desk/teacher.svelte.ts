/**
 * Store: whether the teacher is at the desk. The server lets a teacher's session end by itself; each touch says
 * again that somebody is there.
 */
import { leaveDesk, Problem } from '../api/client'
import { catalog } from '../lenses/catalog.svelte'
import { i18n } from '../i18n/i18n.svelte'
import { session } from '../session/session.svelte'
import { sayProblem } from '../shell/problems'
import { login, stay } from './api'

const STAY_EVERY_MS = 30_000
const TOUCHES = ['pointerdown', 'keydown'] as const

class Teacher {
  /** What is shown at the desk could not be asked for the last time. */
  behind = $state(false)
  #said = 0
  #ends: ReturnType<typeof setTimeout> | undefined
  #watching = false

  get isHere(): boolean {
    return session.current?.role === 'teacher'
  }

  /** Raises `Problem`. */
  async comeIn(pin: string): Promise<void> {
    session.current = await login(pin)
    this.watch()
    await catalog.load(i18n.language)
  }

  async goOut(): Promise<void> {
    try {
      session.current = await leaveDesk()
      await catalog.load(i18n.language)
    } catch (error) {
      await this.noticed(error)
    }
  }

  /** From now on every touch keeps the desk open. */
  watch(): void {
    if (this.#watching) return
    this.#watching = true
    for (const name of TOUCHES) addEventListener(name, this.#touched, { capture: true, passive: true })
    this.#touched()
  }

  /**
   * What a refusal means, in words. It may mean that the desk has closed itself: then we look who we are. Other
   * errors are not ours.
   */
  async noticed(error: unknown): Promise<string> {
    if (!(error instanceof Problem)) throw error
    if (error.status === 403 || error.status === 401) {
      await session.enter()
      if (!this.isHere) await catalog.load(i18n.language).catch(() => undefined)
    }
    return sayProblem(error)
  }

  #touched = (): void => {
    if (!this.isHere || Date.now() - this.#said < STAY_EVERY_MS) return
    this.#said = Date.now()
    stay().then(
      (seconds) => {
        clearTimeout(this.#ends)
        this.#ends = setTimeout(() => void session.enter(), (seconds + 1) * 1_000)
      },
      (error: unknown) => void this.noticed(error),
    )
  }
}

export const teacher = new Teacher()
