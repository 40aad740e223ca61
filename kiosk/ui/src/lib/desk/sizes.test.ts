import { expect, test } from 'vitest'
import { sayDuration, saySize } from './sizes'

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_500, '1.5 kB'],
  [2_340_000, '2.3 MB'],
  [345_000_000, '345 MB'],
  [12_000_000_000, '12 GB'],
])('%d bytes are %s', (bytes, said) => {
  expect(saySize(bytes, 'en').replace(/\s/g, ' ')).toBe(said)
})

test.each([
  [-3, '0 seconds'],
  [42, '42 seconds'],
  [150, '3 minutes'],
  [7_200, '2 hours'],
])('%d seconds are %s', (seconds, said) => {
  expect(sayDuration(seconds, 'en')).toBe(said)
})
