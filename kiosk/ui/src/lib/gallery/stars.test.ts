import { afterEach, expect, test, vi } from 'vitest'
import type { Starred } from '../api/stars'
import { Stars } from './stars.svelte'

const work: Starred = { run_id: 'run_1769122471728_362ba81c', media_type: 'image', n: 1 }

/** A server that keeps stars as ours does: every change answers all of them. */
class Sky {
  notes = new Map<string, string | null>()
  asked: string[] = []
  full = false

  fetch = async (path: string, options: RequestInit): Promise<Response> => {
    const method = options.method ?? 'GET'
    this.asked.push(method)
    if (this.full && method !== 'GET') return Response.json({ code: 'disk_full', detail: 'Voll.' }, { status: 507 })
    const body = options.body ? (JSON.parse(String(options.body)) as { run_id?: string; note?: string }) : {}
    const runId = body.run_id ?? /run_[0-9a-f_]+/.exec(path)?.[0] ?? ''
    if (method === 'POST') this.notes.set(runId, null)
    if (method === 'PATCH') this.notes.set(runId, body.note ?? null)
    if (method === 'DELETE') this.notes.delete(runId)
    const favorites = [...this.notes].map(([run_id, note]) => ({ ...work, run_id, note, gone: false, item: null }))
    return Response.json({ favorites, total: favorites.length })
  }
}

function sky(): { sky: Sky; stars: Stars } {
  const made = new Sky()
  vi.stubGlobal('fetch', made.fetch)
  return { sky: made, stars: new Stars() }
}

afterEach(() => vi.unstubAllGlobals())

test('a star is there when the server has kept it', async () => {
  const { stars } = sky()
  const kept = stars.toggle(work)
  expect(stars.has(work)).toBe(false)
  await kept
  expect(stars.has(work)).toBe(true)
})

test('two quick touches give and take', async () => {
  const { sky: server, stars } = sky()
  void stars.toggle(work)
  await stars.toggle(work)
  expect(server.asked).toEqual(['POST', 'DELETE'])
  expect(stars.has(work)).toBe(false)
})

test('a note puts the star that it needs', async () => {
  const { stars } = sky()
  await stars.write(work, ' Der Wal lacht. ')
  expect(stars.note(work)).toBe('Der Wal lacht.')
})

test('a note that is as it was asks nobody', async () => {
  const { sky: server, stars } = sky()
  await stars.write(work, 'gut')
  const before = server.asked.length
  await stars.write(work, 'gut')
  expect(server.asked.length).toBe(before)
})

test('what could not be kept is told, and no star shown', async () => {
  const { sky: server, stars } = sky()
  server.full = true
  await stars.toggle(work)
  expect(stars.has(work)).toBe(false)
  expect(stars.trouble).toBe('Voll.')
})
