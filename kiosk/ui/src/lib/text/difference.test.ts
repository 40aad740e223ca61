import { expect, test } from 'vitest'
import { difference, share } from './difference'

test('new and gone words are told from those that stayed', () => {
  const pieces = difference('Ein Wal schwimmt', 'Ein Igel schwimmt')
  expect(pieces.filter((piece) => piece.change === 'new').map((piece) => piece.text)).toEqual(['Igel'])
  expect(pieces.filter((piece) => piece.change === 'gone').map((piece) => piece.text)).toEqual(['Wal'])
})

test('the pieces without the gone ones are the new text, letter by letter', () => {
  const before = 'Der Regen fällt,\nund Löffel klopfen.'
  const after = 'Löffel fallen!\nDer Regen klopft.'
  const kept = difference(before, after).filter((piece) => piece.change !== 'gone')
  expect(kept.map((piece) => piece.text).join('')).toBe(after)
})

test('the share counts what is new', () => {
  expect(share(difference('a b', 'a b'))).toBe(0)
  expect(share(difference('', 'neu'))).toBe(1)
  expect(share(difference('wort', ''))).toBe(0)
})

test('very long texts are compared as wholes', () => {
  const long = 'wort '.repeat(4_000)
  expect(difference(long, long)).toHaveLength(1)
  expect(difference(long, `${long}!`).map((piece) => piece.change)).toEqual(['gone', 'new'])
})
