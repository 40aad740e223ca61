import { expect, test } from 'vitest'
import { kindOf, parsed, shown } from './values'

test.each([
  [true, 'switch', 'true'],
  [12, 'number', '12'],
  [['dada', 'haiku'], 'list', 'dada, haiku'],
  [{ gallery: true, basis: '' }, 'table', 'gallery: true'],
  ['de', 'text', 'de'],
  [null, 'text', ''],
])('%j is shown as it is', (value, kind, text) => {
  expect(kindOf(value)).toBe(kind)
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
