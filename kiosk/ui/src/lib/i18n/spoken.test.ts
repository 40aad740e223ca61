import { expect, test } from 'vitest'
import { sayDuration, sayLanguage, sayPassed, saySize, sayWhen } from './spoken'

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

test.each([
  [42, '42 Sekunden'],
  [120, '2 Minuten'],
  [125, '2 Minuten, 5 Sekunden'],
  [3_661, '61 Minuten, 1 Sekunde'],
])('%d seconds that passed are %s', (seconds, said) => {
  expect(sayPassed(seconds, 'de')).toBe(said)
})

test('a time that is none is said as it stands', () => {
  expect(sayWhen('2026-01-22T10:05:00', 'de')).toBe('22. Januar 2026 um 10:05')
  expect(sayWhen('gestern', 'de')).toBe('gestern')
})

test('a language that is none is said as it stands', () => {
  expect(sayLanguage('fr', 'de')).toBe('Französisch')
  expect(sayLanguage('not_a_tag', 'de')).toBe('not_a_tag')
})
