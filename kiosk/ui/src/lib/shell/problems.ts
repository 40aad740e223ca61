/** What a refusal means for the person in front of the screen. */
import type { Problem } from '../api/client'
import { say } from '../i18n/i18n.svelte'

/** The server's own sentence, which is in the asked language; where nothing answered, ours. */
export function sayProblem(problem: Problem): string {
  if (problem.unreachable) return say('problem.unreachable')
  return problem.detail || say('problem.other')
}
