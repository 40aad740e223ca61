/** What boxes are called, for people. */
import { i18n, say } from '../i18n/i18n.svelte'

/** A box by its name; one that we have no words for is called as it calls itself. */
export function sayBox(name: string): string {
  const key = `desk.box.${name}`
  return i18n.has(key) ? say(key) : name
}
