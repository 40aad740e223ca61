import { expect, test } from 'vitest'
import type { GalleryItem } from '../api/records'
import { waiting, WALLS, withAt, withNew, withoutRun, type Hung } from './hanging'

const work = (run_id: string): GalleryItem => ({ run_id, media_type: 'image', n: 1 }) as GalleryItem
const names = (hung: Hung): (string | undefined)[] => hung.map((one) => one?.run_id)
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(work) as [GalleryItem, GalleryItem, GalleryItem, GalleryItem]

test('the works take turns, from the one that was hung last', () => {
  expect(waiting([a, c], [a, b, c, d], 'image/b/1')).toEqual([d, b])
})

test('what is new hangs large, and nothing hangs twice', () => {
  expect(names(withNew([a, b, c], d))).toEqual(['d', 'a', 'b'])
  expect(names(withNew([a, b, c], b))).toEqual(['a', 'b', 'c'])
})

test('a run that was hidden leaves empty places', () => {
  expect(names(withoutRun(withAt([a, null, c], 1, a), 'a'))).toEqual([undefined, undefined, 'c'])
})

test('the places of a wall fill it and do not overlap', () => {
  for (const places of WALLS) {
    const cells = places.flatMap(([x, y, w, h]) => Array.from({ length: w * h }, (_, i) => `${x + (i % w)}/${y + Math.floor(i / w)}`))
    expect(new Set(cells).size).toBe(72)
    expect(cells.length).toBe(72)
  }
})
