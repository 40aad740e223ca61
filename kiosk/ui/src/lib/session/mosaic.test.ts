import { expect, test } from 'vitest'
import { stride, wall } from './mosaic'

const many = (count: number, name: string): string[] => Array.from({ length: count }, (_, n) => `${name}${n}`)
const isPicture = (tile: string): boolean => tile.startsWith('picture')

test('a few pictures are seen in every column, each as often as the others', () => {
  const columns = wall(many(9, 'picture'), many(24, 'drawing'), 8, 6)
  for (const column of columns) expect(column.filter(isPicture)).toHaveLength(3)
  const times = many(9, 'picture').map((name) => columns.flat().filter((tile) => tile === name).length)
  expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1)
})

test('one picture does not cover the wall', () => {
  expect(wall(['picture'], many(24, 'drawing'), 8, 6).flat().filter(isPicture)).toHaveLength(3)
})

test('where there are enough pictures no drawing hangs', () => {
  expect(wall(many(24, 'picture'), many(24, 'drawing'), 8, 6).flat().every(isPicture)).toBe(true)
})

test('nothing repeats while there is enough', () => {
  expect(new Set(wall(many(60, 'picture'), [], 7, 6).flat()).size).toBe(42)
  expect(new Set(wall([], many(24, 'drawing'), 4, 6).flat()).size).toBe(24)
})

test('a place is filled even where there is little', () => {
  expect(wall(['a'], [], 1, 3)).toEqual([['a', 'a', 'a']])
  expect(wall([], [], 2, 3)).toEqual([])
})

test.each([1, 2, 3, 7, 12, 42, 60])('a stride through %i places reaches all of them', (length) => {
  const step = stride(length)
  expect(new Set(Array.from({ length }, (_, n) => (n * step) % length)).size).toBe(length)
})
