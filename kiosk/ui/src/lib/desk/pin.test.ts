import { expect, test } from 'vitest'
import { weaknessOf } from './pin'

test.each(['', '1', '73916'])('%s is too short', (pin) => {
  expect(weaknessOf(pin)).toBe('short')
})

test.each(['111111', '123456', '987654', 'abcdef'])('%s is too simple', (pin) => {
  expect(weaknessOf(pin)).toBe('simple')
})

test.each(['739164', '112233', '135791', 'Blume7!'])('%s may be taken', (pin) => {
  expect(weaknessOf(pin)).toBeNull()
})
