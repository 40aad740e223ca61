/** A drawing as what was done, in order; painting it is `board.ts`. Pure. Places in pixels of the sheet. */

/** Width and height of the sheet. */
export const SHEET = 1024
export const PAPER = '#fdfcf7'
/** Names of the inks; the eraser paints with paper. */
export const INKS = ['ink', 'red', 'orange', 'yellow', 'green', 'blue', 'violet', 'brown'] as const
export const WIDTHS = { thin: 8, medium: 24, thick: 64 } as const
/** The keyboard moves from cell to cell. */
export const CELL = 32

export type Ink = (typeof INKS)[number] | 'paper'

/** One line, or a dot: `points` are x, y, x, y ... */
export interface Stroke {
  ink: Ink
  width: number
  points: readonly number[]
}

/** A line, or the moment at which everything was taken away. */
export type Act = Stroke | 'clear'

/** What can be seen: the lines since the last time that everything was taken away. */
export function seen(acts: readonly Act[]): Stroke[] {
  return acts.slice(acts.lastIndexOf('clear') + 1).filter((act): act is Stroke => act !== 'clear')
}

export const isEmpty = (acts: readonly Act[]): boolean => seen(acts).every((stroke) => stroke.ink === 'paper')

/** A stroke that goes on to a place; places that lie on top of each other are one. */
export function longer(stroke: Stroke, x: number, y: number): Stroke {
  const [lastX, lastY] = stroke.points.slice(-2)
  const [nextX, nextY] = [Math.round(x), Math.round(y)]
  return lastX === nextX && lastY === nextY ? stroke : { ...stroke, points: [...stroke.points, nextX, nextY] }
}

/** A place that stays on the sheet. */
export const onSheet = (value: number): number => Math.min(SHEET - CELL / 2, Math.max(CELL / 2, value))
