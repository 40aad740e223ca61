/** Store: whether the kiosk let this page in, and as whom. */
import { getSession, Problem } from '../api/client'
import type { Session } from '../api/records'

export type Door = 'unknown' | 'open' | 'shut' | 'unreachable'

class SessionStore {
  door = $state<Door>('unknown')
  current = $state.raw<Session | null>(null)

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

  /** A stream or a request was refused in the middle of things: the session has ended. */
  shut(): void {
    this.door = 'shut'
  }
}

export const session = new SessionStore()
