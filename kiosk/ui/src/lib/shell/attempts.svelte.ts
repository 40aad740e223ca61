/** What a store tries at the server: why the last try was refused, in words; empty when it went well. */
import { Problem } from '../api/client'
import { sayProblem } from './problems'

export class Attempts {
  trouble = $state('')

  protected async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.trouble = ''
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.trouble = sayProblem(error)
    }
  }
}
