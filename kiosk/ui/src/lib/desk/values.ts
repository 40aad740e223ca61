/** Values of settings as text in a field, and back. Pure. */
import type { components } from '../api/types'

export type Form = components['schemas']['SettingForm']

export function shown(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(shown).join(', ')
  if (typeof value !== 'object') return String(value)
  return Object.entries(value)
    .filter(([, part]) => part !== null && part !== '')
    .map(([name, part]) => `${name}: ${shown(part)}`)
    .join(', ')
}

/** What a text means; a number that is none stays a text, so that the server says what is wrong with it. */
export function parsed(kind: Form['kind'], text: string): unknown {
  const trimmed = text.trim()
  if (kind === 'number') return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed
  if (kind === 'list') return trimmed === '' ? [] : trimmed.split(',').map((part) => part.trim())
  return trimmed
}

export type Outside = 'no_number' | 'not_whole' | 'between' | 'at_least' | 'at_most'

/** What is wrong with a number as it is typed; null where nothing is, or nothing stands there yet. */
export function outsideOf(text: string, { least, most, whole }: Pick<Form, 'least' | 'most' | 'whole'>): Outside | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const value = Number(trimmed)
  if (!Number.isFinite(value)) return 'no_number'
  const low = least !== null && value < least
  const high = most !== null && value > most
  if (!low && !high) return whole && !Number.isInteger(value) ? 'not_whole' : null
  return least !== null && most !== null ? 'between' : low ? 'at_least' : 'at_most'
}
