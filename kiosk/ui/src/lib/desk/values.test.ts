import { expect, test } from 'vitest'
import { parsed, shown } from './values'

test.each([
  [true, 'true'],
  [12, '12'],
  [['dada', 'haiku'], 'dada, haiku'],
  [{ gallery: true, basis: '' }, 'gallery: true'],
  ['de', 'de'],
  [null, ''],
])('%j is shown as it is', (value, text) => {
  expect(shown(value)).toBe(text)
})

test('a number comes back as a number', () => {
  expect(parsed('number', ' 12 ')).toBe(12)
})

test('what is no number is left for the server to refuse', () => {
  expect(parsed('number', 'many')).toBe('many')
  expect(parsed('number', '')).toBe('')
})

test('a list comes back as a list', () => {
  expect(parsed('list', 'dada, haiku')).toEqual(['dada', 'haiku'])
  expect(parsed('list', ' ')).toEqual([])
})
