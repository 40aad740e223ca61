import { afterEach, expect, test, vi } from 'vitest'
import type { GalleryItem } from '../api/records'
import { Wall } from './wall.svelte'

const work = (run_id: string, wall = true): GalleryItem =>
  ({ run_id, media_type: 'image', n: 1, wall, timestamp: '2026-11-21T10:00:00Z', url: `/api/media/image/${run_id}/1` }) as GalleryItem

const names = (wall: Wall): (string | undefined)[] => wall.hung.map((hung) => hung?.run_id)

/** A server that has these works for the wall. */
function serve(works: GalleryItem[], asked: string[] = []): void {
  vi.stubGlobal('fetch', async (path: string, options: RequestInit) => {
    asked.push(`${options.method} ${path} ${String(options.body ?? '')}`.trim())
    return Response.json({ items: works, next: null, first: null })
  })
}

afterEach(() => vi.unstubAllGlobals())

async function hung(works: GalleryItem[], came = async (): Promise<boolean> => true): Promise<Wall> {
  serve(works)
  const wall = new Wall(came)
  await wall.load()
  return wall
}

test('the newest works hang, each once', async () => {
  expect(names(await hung(['a', 'b', 'c'].map((id) => work(id))))).toEqual(['a', 'b', 'c', undefined, undefined])
})

test('what comes hangs large at once; what may not hang there does not', async () => {
  const wall = await hung([work('a')])
  await wall.hear({ name: 'added', work: work('new') })
  await wall.hear({ name: 'added', work: work('private', false) })
  expect(names(wall)).toEqual(['new', 'a', undefined, undefined, undefined])
})

test('a work that may hang there no longer comes down', async () => {
  const wall = await hung([work('a'), work('b')])
  await wall.hear({ name: 'updated', work: work('a', false) })
  await wall.hear({ name: 'removed', runId: 'b' })
  expect(names(wall).filter(Boolean)).toEqual([])
})

test('a picture that does not come is not hung, and the wall stays as it is', async () => {
  const line = { up: true }
  const wall = await hung(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => work(id)), async () => line.up)
  const before = names(wall)
  line.up = false
  await wall.turn()
  expect(names(wall)).toEqual(before)
})

test('works take turns', async () => {
  const wall = await hung(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => work(id)))
  await wall.turn()
  expect(names(wall)).toEqual(['a', 'f', 'c', 'd', 'e'])
})

test('a work that is hidden while its picture comes is not hung', async () => {
  const wall = await hung([work('a')], async () => true)
  const slow = new Wall(async () => {
    await slow.hear({ name: 'removed', runId: 'late' })
    return true
  })
  await slow.hear({ name: 'added', work: work('late') })
  expect(names(slow).filter(Boolean)).toEqual([])
  expect(names(wall)[0]).toBe('a')
})

test('hidden with one touch, and brought back', async () => {
  const asked: string[] = []
  const wall = await hung([work('a')])
  serve([], asked)
  await wall.hide(work('a'))
  expect([names(wall)[0], wall.hidden?.run_id]).toEqual([undefined, 'a'])
  await wall.bringBack()
  expect(asked).toEqual(['PATCH /api/runs/a {"visible":false}', 'PATCH /api/runs/a {"visible":true}'])
})
