/** Which picture hangs where on the wall of the welcome room. Pure. */

/** As often as one picture hangs on a wall that has not yet enough of them. */
const TIMES = 3

/**
 * The columns of a wall. Where pictures fill at least half of it there are only pictures; else pictures and drawings
 * take turns, so that some of both are seen wherever one looks. Nothing repeats as long as there is enough.
 */
export function wall<T>(pictures: readonly T[], drawings: readonly T[], across: number, down: number): T[][] {
  const places = across * down
  const plenty = pictures.length * 2 >= places || drawings.length === 0
  const share = plenty ? 1 : Math.min(0.5, (pictures.length * TIMES) / places)
  const picture = inTurn(pictures)
  const drawing = inTurn(drawings)
  return Array.from({ length: pictures.length + drawings.length > 0 ? across : 0 }, (_, column) =>
    Array.from({ length: down }, (_, row) => (isPicture(column * (down + 1) + row, share) ? picture() : drawing())),
  )
}

/** Of any places in a row, that share. */
const isPicture = (place: number, share: number): boolean => Math.floor((place + 1) * share) > Math.floor(place * share)

/** One after the other, neighbours far apart, all before any comes again. */
function inTurn<T>(all: readonly T[]): () => T {
  const step = stride(all.length)
  let next = 0
  return () => all[(next++ * step) % all.length]!
}

/** A step that reaches every one of `length` places, and puts neighbours apart. */
export function stride(length: number): number {
  const near = Math.max(1, Math.round(length * 0.382))
  for (let step = near; step < length; step++) if (divisor(step, length) === 1) return step
  return 1
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
