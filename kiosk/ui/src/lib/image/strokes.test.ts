import { expect, test } from 'vitest'
import { isEmpty, longer, onSheet, seen, SHEET, type Stroke } from './strokes'

const dot: Stroke = { ink: 'red', width: 8, points: [10, 10] }
const gone: Stroke = { ...dot, ink: 'paper' }

test('everything before the last clearing is gone, and comes back when the clearing is undone', () => {
  expect(seen([dot, 'clear', gone])).toEqual([gone])
  expect(seen([dot, 'clear'].slice(0, -1) as Stroke[])).toEqual([dot])
})

test('a sheet that was only rubbed on is empty', () => {
  expect(isEmpty([])).toBe(true)
  expect(isEmpty([gone])).toBe(true)
  expect(isEmpty([dot, 'clear'])).toBe(true)
  expect(isEmpty([dot])).toBe(false)
})

test('a line grows by places that differ', () => {
  expect(longer(dot, 10.2, 9.9)).toBe(dot)
  expect(longer(dot, 20, 30).points).toEqual([10, 10, 20, 30])
})

test('the keyboard never leaves the sheet', () => {
  expect(onSheet(-5)).toBeGreaterThan(0)
  expect(onSheet(SHEET + 5)).toBeLessThan(SHEET)
})
