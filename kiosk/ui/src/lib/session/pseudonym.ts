/** How a pseudonym (`blue-fox`) is said and coloured. What there is to choose from says the session. */
import { say, i18n } from '../i18n/i18n.svelte'

export const NOBODY = 'anonymous'

const INKS: Readonly<Record<string, string>> = {
  red: '#d8452e',
  orange: '#ef8a1d',
  yellow: '#f2c230',
  green: '#4f9d4b',
  blue: '#3d7fc4',
  violet: '#8b5fbf',
  pink: '#e87fa6',
  brown: '#9a6a43',
}

export interface Pseudonym {
  colour: string
  animal: string
}

/** The parts of a label, or null where it is not one of ours. */
export function partsOf(label: string): Pseudonym | null {
  const [colour, animal, ...rest] = label.split('-')
  return colour && animal && rest.length === 0 && colour in INKS ? { colour, animal } : null
}

export const labelOf = ({ colour, animal }: Pseudonym): string => `${colour}-${animal}`

/** The colour of a pseudonym as `#rrggbb`; that of the marker for anybody else. */
export const inkOf = (colour: string): string => INKS[colour] ?? 'var(--mark)'

export const sayColour = (colour: string): string => say(`pseudonym.colour.${colour}`)
export const sayAnimal = (animal: string): string => say(`pseudonym.animal.${animal}`)

/** A label as people say it: "Fuchs in Blau"; a label that is no pseudonym is shown as it is. */
export function sayPseudonym(label: string): string {
  if (label === NOBODY) return say('pseudonym.none')
  const parts = partsOf(label)
  if (!parts || !i18n.has(`pseudonym.animal.${parts.animal}`)) return label
  return say('pseudonym.name', { colour: sayColour(parts.colour), animal: sayAnimal(parts.animal) })
}

/** Some colour and some animal. `dice` gives numbers from 0 to below 1. */
export function suggestion(colours: readonly string[], animals: readonly string[], dice: () => number = Math.random): Pseudonym {
  const one = (of: readonly string[]): string => of[Math.floor(dice() * of.length)] ?? ''
  return { colour: one(colours), animal: one(animals) }
}
