import { expect, test } from 'vitest'
import { columns, stride, tiles } from './mosaic'

test('pictures come before drawings, and drawings fill what is left', () => {
  expect(tiles(['a', 'b'], ['x', 'y', 'z'], 4).toSorted()).toEqual(['a', 'b', 'x', 'y'])
})

test('a place is filled even where there is little', () => {
  expect(tiles(['a'], [], 3)).toEqual(['a', 'a', 'a'])
  expect(tiles([], [], 3)).toEqual([])
})

test('nothing repeats while there is enough', () => {
  const many = Array.from({ length: 60 }, (_, n) => n)
  expect(new Set(tiles(many, [], 42)).size).toBe(42)
})

test.each([1, 2, 3, 7, 12, 42, 60])('a stride through %i places reaches all of them', (length) => {
  const step = stride(length)
  expect(new Set(Array.from({ length }, (_, n) => (n * step) % length)).size).toBe(length)
})

test('columns share everything', () => {
  expect(columns([1, 2, 3, 4, 5], 2)).toEqual([[1, 3, 5], [2, 4]])
})
