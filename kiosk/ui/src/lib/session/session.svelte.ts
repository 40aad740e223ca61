/** Store: whether the kiosk let this page in, and as whom. */
import { changeSession, getSession, leaveDesk, Problem } from '../api/client'
import type { Session, SessionChange } from '../api/records'

export type Door = 'unknown' | 'open' | 'shut' | 'unreachable'

class SessionStore {
  door = $state<Door>('unknown')
  current = $state.raw<Session | null>(null)
  /** Counts who sat here since the page was opened: what one person left must not come back to the next. */
  sitting = $state(0)

  get ideaLimit(): number {
    return this.current?.limits.idea_chars ?? 4_000
  }

  get rulesLimit(): number {
    return this.current?.limits.rules_chars ?? 8_000
  }

  get outputsLimit(): number {
    return this.current?.limits.outputs_per_run ?? 8
  }

  async enter(): Promise<void> {
    try {
      this.current = await getSession()
      this.door = 'open'
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.door = error.status === 401 || error.status === 403 ? 'shut' : 'unreachable'
    }
  }

  /** What is in force now: a pause, an offer, a printer. Raises `Problem`. */
  async refresh(): Promise<void> {
    this.current = await getSession()
  }

  /** Somebody says who they are, or which language they read. Raises `Problem`. */
  async change(change: SessionChange): Promise<void> {
    this.current = await changeSession(change)
  }

  /** Nobody sits here any more. What the server does not hear now it hears with the next start. */
  async leave(): Promise<void> {
    this.sitting++
    if (this.current) this.current = { ...this.current, greeted: false }
    try {
      // A desk that was left open does not wait for the next child.
      if (this.current?.role === 'teacher') await leaveDesk()
      await this.change({ user_id: null, language: null })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
    }
  }

  /** A stream or a request was refused in the middle of things: the session has ended. */
  shut(): void {
    this.door = 'shut'
  }
}

export const session = new SessionStore()
