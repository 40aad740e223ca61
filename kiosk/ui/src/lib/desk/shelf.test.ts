import { expect, test } from 'vitest'
import { isOther } from './shelf'

test('the same works in the same order are the same shelf', () => {
  expect(isOther(['b', 'a'], ['b', 'a'], false)).toBe(false)
})

test('a work that came, went or moved makes it another', () => {
  expect(isOther(['b', 'a'], ['c', 'b', 'a'], false)).toBe(true)
  expect(isOther(['b', 'a'], ['b'], false)).toBe(true)
  expect(isOther(['b', 'a'], ['c', 'b'], true)).toBe(true)
  expect(isOther([], ['a'], false)).toBe(true)
})

test('what was read beyond the first page is not looked at', () => {
  expect(isOther(['c', 'b', 'a'], ['c', 'b'], true)).toBe(false)
})
