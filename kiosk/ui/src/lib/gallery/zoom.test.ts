import { expect, test } from 'vitest'
import { moved, MOST, WHOLE, zoomed } from './zoom'

test('what lies under the finger stays there', () => {
  const look = zoomed(WHOLE, 2, 0.25, 0)
  // A place p of the picture is seen at x + p * scale.
  const before = 0.25
  expect(look.x + before * look.scale).toBeCloseTo(0.25)
})

test('a whole picture cannot be moved away', () => {
  expect(moved(WHOLE, 0.4, -0.4)).toEqual(WHOLE)
})

test('a large picture stops at its edge', () => {
  expect(moved({ scale: 3, x: 0, y: 0 }, 9, -9)).toEqual({ scale: 3, x: 1, y: -1 })
})

test('there is a largest and a smallest', () => {
  expect(zoomed(WHOLE, 1000).scale).toBe(MOST)
  expect(zoomed({ scale: 2, x: 0.5, y: 0 }, 0.001)).toEqual(WHOLE)
})
