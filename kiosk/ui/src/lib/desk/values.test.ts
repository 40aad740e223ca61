import { expect, test } from 'vitest'
import { outsideOf, parsed, shown } from './values'

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

test.each([
  ['', 1, 9, null],
  ['5', 1, 9, null],
  ['0', 1, 9, 'between'],
  ['-', 1, 9, 'no_number'],
  ['0', 1, null, 'at_least'],
  ['10', null, 9, 'at_most'],
  ['10', null, null, null],
  ['1.5', 1, 9, 'not_whole'],
])('«%s» where %j to %j may stand is told while it is typed: %j', (text, least, most, told) => {
  expect(outsideOf(text, { least, most, whole: true })).toBe(told)
})
