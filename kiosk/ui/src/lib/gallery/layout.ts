/** How a grid of square tiles fits a width, and where marks stand on a rail of dates. Pure; pixels. */

export interface GridSize {
  columns: number
  tile: number
  /** Height of a row with the gap below it. */
  row: number
}

/** As many columns as fit tiles of at least `least`; never none. */
export function gridSize(width: number, least: number, gap: number): GridSize {
  const columns = Math.max(1, Math.floor((width + gap) / (least + gap)))
  const tile = Math.max(1, Math.floor((width - gap * (columns - 1)) / columns))
  return { columns, tile, row: tile + gap }
}

export interface RailMark {
  /** Where on the rail, from 0 to 1. */
  at: number
  moment: number
  /** How finely time has to be told here. */
  unit: 'year' | 'month' | 'day'
}

const DAY_MS = 86_400_000

/** Marks where a year, month or day begins, at least `apart` (a share of the rail) from each other. */
export function railMarks(moments: readonly number[], step: number, total: number, apart: number): RailMark[] {
  if (moments.length < 2 || total === 0) return []
  const span = moments[0]! - moments.at(-1)!
  const unit = span > 1_000 * DAY_MS ? 'year' : span > 60 * DAY_MS ? 'month' : 'day'
  const marks: RailMark[] = []
  moments.forEach((moment, page) => {
    const at = (page * step) / total
    const before = marks.at(-1)
    const isNew = page === 0 || nameOf(moment, unit) !== nameOf(moments[page - 1]!, unit)
    if (isNew && (!before || at - before.at >= apart)) marks.push({ at, moment, unit })
  })
  return marks
}

function nameOf(moment: number, unit: RailMark['unit']): string {
  const date = new Date(moment)
  const parts = [date.getFullYear(), date.getMonth(), date.getDate()]
  return parts.slice(0, { year: 1, month: 2, day: 3 }[unit]).join('-')
}
