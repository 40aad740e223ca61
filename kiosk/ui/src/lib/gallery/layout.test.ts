import { expect, test } from 'vitest'
import { gridSize, railMarks } from './layout'

test('tiles fill the width and are never smaller than asked', () => {
  for (const width of [200, 640, 1280, 1920, 3840]) {
    const { columns, tile } = gridSize(width, 176, 12)
    expect(columns * tile + 12 * (columns - 1)).toBeLessThanOrEqual(width)
    if (columns > 1) expect(tile).toBeGreaterThanOrEqual(176)
  }
})

test('a width that is not known yet has one column', () => {
  expect(gridSize(0, 176, 12).columns).toBe(1)
})

test('years are marked where they begin, and not on top of each other', () => {
  const at = (year: number): number => new Date(year, 5).getTime()
  const moments = [at(2026), at(2026), at(2025), at(2024), at(2020)]
  const marks = railMarks(moments, 100, 500, 0.25)
  expect(marks.map((mark) => [new Date(mark.moment).getFullYear(), mark.at])).toEqual([[2026, 0], [2025, 0.4], [2020, 0.8]])
})

test('a short time is told in days', () => {
  const day = (n: number): number => new Date(2026, 10, n).getTime()
  expect(railMarks([day(21), day(20)], 10, 20, 0.1).map((mark) => mark.unit)).toEqual(['day', 'day'])
  expect(railMarks([day(21)], 10, 5, 0.1)).toEqual([])
})
