/** Whether a shelf is as it was when it was read. Pure. */

/** `known` may go on where `now`, the first page of the shelf as it is, ends: if `more`, there is more beyond it. */
export function isOther(known: readonly string[], now: readonly string[], more: boolean): boolean {
  if (known.length < now.length || (known.length > now.length && !more)) return true
  return now.some((key, at) => key !== known[at])
}
