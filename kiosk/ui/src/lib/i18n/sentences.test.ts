import { expect, test } from 'vitest'
import { directionOf, fill } from './sentences'

const german = { hello: 'Hallo {name}', 'pieces.one': '1 Stück', 'pieces.other': '{count} Stücke' }

test('values are filled in', () => {
  expect(fill(german, 'de', 'hello', { name: 'Wal' })).toBe('Hallo Wal')
})

test('a value that is not given stays visible', () => {
  expect(fill(german, 'de', 'hello')).toBe('Hallo {name}')
})

test('a count picks the plural form, and is written as the language writes numbers', () => {
  expect(fill(german, 'de', 'pieces', { count: 1 })).toBe('1 Stück')
  expect(fill(german, 'de', 'pieces', { count: 1200 })).toBe('1.200 Stücke')
})

test('a form that a language file lacks falls back to other', () => {
  expect(fill(german, 'pl', 'pieces', { count: 3 })).toBe('3 Stücke')
})

test('a sentence without plural forms may name a count too', () => {
  expect(fill({ share: '{count} von {total}' }, 'de', 'share', { count: 3, total: 20 })).toBe('3 von 20')
})

test('a missing key is seen as it is', () => {
  expect(fill(german, 'de', 'nothing.here')).toBe('nothing.here')
})

test.each([
  ['de', 'ltr'],
  ['ar', 'rtl'],
  ['fa-AF', 'rtl'],
  ['he', 'rtl'],
  ['az', 'ltr'],
  ['uk', 'ltr'],
])('%s is read %s', (language, direction) => {
  expect(directionOf(language)).toBe(direction)
})
