import { expect, test } from 'vitest'
import type { GalleryItem } from '../api/records'
import { matches, narrowed, NO_FILTERS, parametersOf } from './filters'

const fox = { device_id: 'tablet-a', user_id: 'blue-fox' }
const work = { run_id: 'a', device_id: 'tablet-a', user_id: 'blue-fox', schema: 'dada', media_type: 'image', timestamp: '2026-11-21T10:00:00+01:00', input_text: 'Ein Wal schwimmt.' } as GalleryItem

test('nothing chosen asks for everything', () => {
  expect(parametersOf(NO_FILTERS, fox)).toEqual({})
  expect(narrowed({ ...NO_FILTERS, q: '  ' })).toBe(false)
})

test('mine is the device, and the person where there is one', () => {
  expect(parametersOf({ ...NO_FILTERS, scope: 'mine' }, fox)).toEqual(fox)
  expect(parametersOf({ ...NO_FILTERS, scope: 'mine' }, { ...fox, user_id: 'anonymous' })).toEqual({ device_id: 'tablet-a' })
})

test('a work that comes is among those one looks at, or is not', () => {
  expect(matches(NO_FILTERS, fox, work)).toBe(true)
  expect(matches({ ...NO_FILTERS, scope: 'mine' }, { ...fox, user_id: 'red-owl' }, work)).toBe(false)
  expect(matches({ ...NO_FILTERS, lens: 'haiku' }, fox, work)).toBe(false)
  expect(matches({ ...NO_FILTERS, date: '2026-11-21', mediaType: 'image' }, fox, work)).toBe(true)
  expect(matches({ ...NO_FILTERS, q: 'schw WAL' }, fox, work)).toBe(true)
  expect(matches({ ...NO_FILTERS, q: 'schwalbe' }, fox, work)).toBe(false)
})
