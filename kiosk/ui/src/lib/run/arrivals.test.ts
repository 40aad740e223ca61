import { expect, test } from 'vitest'
import { forAFrame } from './arrivals'

const word = { words: true }
const part = { words: false }

test('words come as many as there are', () => {
  expect(forAFrame([])).toBe(0)
  expect(forAFrame([word, word, word, part, word])).toBe(5)
})

test('parts of the page are spread over frames, in their order', () => {
  expect(forAFrame([part, word, part, word, part, word])).toBe(4)
  expect(forAFrame([part, word])).toBe(2)
})

test('a page that would fall behind takes all', () => {
  expect(forAFrame(Array.from({ length: 12 }, () => part))).toBe(2)
  expect(forAFrame(Array.from({ length: 13 }, () => part))).toBe(13)
})
