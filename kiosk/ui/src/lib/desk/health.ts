/** How parts of the program are called, and what to do about them, in the language of the screen. */
import { i18n, say } from '../i18n/i18n.svelte'
import type { HealthPart } from './api'
import { sayBox } from './boxes'

const FOUND = 'found_'

export const isFound = (part: HealthPart): boolean => part.name.startsWith(FOUND)
export const foundBox = (part: HealthPart): string => part.name.slice(FOUND.length)

/** Whether a part is a box: everything that is no part of the program itself. */
export const isBox = (part: HealthPart): boolean => !isFound(part) && !i18n.has(`desk.part.${part.name}`)

export function sayPart(part: HealthPart): string {
  const key = `desk.part.${part.name}`
  return i18n.has(key) ? say(key) : sayBox(part.name)
}

/** What to do, or that all is well; null where we have no words of our own. */
export function sayFix(part: HealthPart): string | null {
  for (const name of isBox(part) ? [part.name, 'box'] : [part.name]) {
    const key = `desk.fix.${name}.${part.state}`
    if (i18n.has(key)) return say(key)
  }
  return null
}
