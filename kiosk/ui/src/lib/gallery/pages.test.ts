import { expect, test } from 'vitest'
import type { GalleryItem } from '../api/records'
import { Pages } from './pages'

const work = (run_id: string, n = 1): GalleryItem => ({ run_id, n, media_type: 'image', input_text: run_id }) as GalleryItem
const filled = (): Pages => {
  const pages = new Pages(2, 2)
  pages.put(0, [work('a'), work('b')])
  pages.put(3, [work('g'), work('g', 2)])
  return pages
}

test('any page may be here without those before it', () => {
  const pages = filled()
  expect([pages.at(1)?.run_id, pages.at(2), pages.at(6)?.run_id]).toEqual(['b', undefined, 'g'])
  expect(pages.missing(0, 7)).toEqual([1, 2])
})

test('the page that was not looked at for longest goes', () => {
  const pages = filled()
  pages.missing(0, 1)
  pages.put(1, [work('c')])
  expect([pages.has(0), pages.has(2), pages.has(6)]).toEqual([true, true, false])
})

test('a run that goes leaves its places, and may come back', () => {
  const pages = filled()
  expect(pages.remove('g')).toBe(true)
  expect(pages.isGone(pages.at(6)!)).toBe(true)
  expect(pages.update(work('g', 2))).toBe(true)
  expect([pages.isGone(pages.at(6)!), pages.isGone(pages.at(7)!)]).toEqual([true, false])
})

test('a work is found where it lies', () => {
  expect([filled().placeOf('image/g/2'), filled().placeOf('image/z/1')]).toEqual([7, -1])
  expect(filled().update(work('z'))).toBe(false)
})
