/** What a PIN must be, so that it is told before it is sent. The server has the last word. Pure. */

export const SHORTEST = 6
export const LONGEST = 64

export type Weakness = 'short' | 'simple' | null

/** Too short, or all the same, or one after the other up or down. */
export function weaknessOf(pin: string): Weakness {
  if (pin.length < SHORTEST) return 'short'
  const steps = new Set([...pin].slice(1).map((character, index) => character.charCodeAt(0) - pin.charCodeAt(index)))
  const [step] = steps
  return steps.size === 1 && step !== undefined && Math.abs(step) <= 1 ? 'simple' : null
}
