/** Which picture hangs where on the wall of the welcome room. Pure. */

/**
 * `count` places filled with pictures first and drawings after them; both begin again where they run out. Between
 * columns nothing repeats as long as there is enough.
 */
export function tiles<T>(pictures: readonly T[], drawings: readonly T[], count: number): T[] {
  const some = [...pictures.slice(0, count), ...drawings].slice(0, Math.max(count, 1))
  return some.length === 0 ? [] : Array.from({ length: count }, (_, place) => some[(place * stride(some.length)) % some.length]!)
}

/** A step that reaches every one of `length` places, and puts neighbours apart. */
export function stride(length: number): number {
  const near = Math.max(1, Math.round(length * 0.382))
  for (let step = near; step < length; step++) if (divisor(step, length) === 1) return step
  return 1
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

/** Equal shares, in order. */
export const columns = <T>(all: readonly T[], count: number): T[][] =>
  Array.from({ length: count }, (_, column) => all.filter((_, place) => place % count === column))
