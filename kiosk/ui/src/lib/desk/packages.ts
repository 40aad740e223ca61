/** Lists of packages, and what can be done with one as it stands. Pure. */

interface Package {
  id: string
  created: string
  state: string
}

/** The list with this package as it stands now. */
export function newestFirst<T extends Package>(all: readonly T[], one: T): T[] {
  return [one, ...all.filter(({ id }) => id !== one.id)].sort((a, b) => b.created.localeCompare(a.created))
}

/** Whether it is written just now, or waits for its turn. */
export const isAtWork = ({ state }: Package): boolean => state === 'running' || state === 'waiting'

/** Whether it stands and can go on. */
export const canGoOn = ({ state }: Package): boolean => ['paused', 'full', 'interrupted'].includes(state)

/** From 0 to 1 by what is written; null while nobody knows how much it is. */
export function partDone({ bytes, bytes_total: total }: { bytes: number; bytes_total: number }): number | null {
  return total > 0 ? Math.min(1, bytes / total) : null
}

/** The id of the drive that was chosen; of the first one while none is, or where that one has gone; empty: there is none. */
export const driveOf = (drives: readonly { id: string }[], chosen: string): string =>
  drives.some(({ id }) => id === chosen) ? chosen : (drives[0]?.id ?? '')
