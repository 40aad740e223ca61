import { expect, test } from 'vitest'
import { afterRest } from './idle'

const MINUTE = 60_000

test.each([
  [0, { kind: 'none' }],
  [9 * MINUTE, { kind: 'none' }],
  [9.5 * MINUTE, { kind: 'notice', seconds: 30 }],
  [9.99 * MINUTE, { kind: 'notice', seconds: 1 }],
  [10 * MINUTE, { kind: 'free' }],
  [600 * MINUTE, { kind: 'free' }],
] as const)('%i ms after the last touch of ten minutes', (rested, expected) => {
  expect(afterRest(rested, 10)).toEqual(expected)
})

test('zero minutes: never', () => {
  expect(afterRest(1_000 * MINUTE, 0)).toEqual({ kind: 'none' })
})
