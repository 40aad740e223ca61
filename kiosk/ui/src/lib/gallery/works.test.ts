import { expect, test } from 'vitest'
import type { GalleryItem } from '../api/records'
import { merge, without } from './works'

function work(runId: string, timestamp: string, n = 1): GalleryItem {
  return { run_id: runId, n, media_type: 'image', timestamp, input_text: runId } as GalleryItem
}

test('newest first, compared as moments and not as texts', () => {
  const list = merge([], [work('a', '2026-11-21T10:00:00+02:00'), work('b', '2026-11-21T09:00:00+00:00')])
  expect(list.map((entry) => entry.run_id)).toEqual(['b', 'a'])
})

test('a work that comes twice is there once, as it is now', () => {
  const first = work('a', '2026-11-21T10:00:00+00:00')
  const list = merge([first], [{ ...first, input_text: 'neu' }])
  expect(list.map((entry) => entry.input_text)).toEqual(['neu'])
})

test('all works of a run leave together', () => {
  const list = [work('a', '2026-11-21T10:00:00Z'), work('a', '2026-11-21T10:00:01Z', 2), work('b', '2026-11-21T10:00:00Z')]
  expect(without(list, 'a').map((entry) => entry.run_id)).toEqual(['b'])
})
