import { expect, test } from 'vitest'
import type { GalleryItem } from '../api/records'
import { beforehand } from './beforehand'

const work = (run_id: string, n: number): GalleryItem =>
  ({ run_id, n, media_type: 'image', schema: 'dada', input_text: 'Ein Wal.', timestamp: `2026-01-0${n}T10:00:00Z`, url: `/${run_id}/${n}` }) as GalleryItem

test('a run is known by its works, each once, in the order in which they were made', () => {
  const newest = [work('run_b', 2), work('run_a', 1), work('run_b', 1)]
  const known = beforehand('run_b', [...newest, work('run_b', 2)])
  expect(known?.works.map(({ url }) => url)).toEqual(['/run_b/1', '/run_b/2'])
  expect(known).toMatchObject({ schema: 'dada', idea: 'Ein Wal.' })
})

test('a run without a listed work is not known', () => {
  expect(beforehand('run_c', [work('run_a', 1)])).toBeNull()
})
