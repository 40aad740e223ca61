/** What is offered to children: a list of ids in the settings, where an empty list means everything. Pure. */

export interface Choice {
  id: string
  name: string
  /** Why it cannot be made now; empty where it can. */
  hint: string
}

export function offered(kept: readonly string[], choices: readonly Choice[]): Set<string> {
  const all = choices.map((choice) => choice.id)
  return new Set(kept.length === 0 ? all : all.filter((id) => kept.includes(id)))
}

/** The list after one switch was moved; null if nothing would be left. Everything is an empty list again. */
export function switched(kept: readonly string[], choices: readonly Choice[], id: string, on: boolean): string[] | null {
  const chosen = offered(kept, choices)
  if (on) chosen.add(id)
  else chosen.delete(id)
  if (chosen.size === 0) return null
  return chosen.size === choices.length ? [] : choices.filter((choice) => chosen.has(choice.id)).map((choice) => choice.id)
}
