import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RunItem } from '../api/records'
import { Replay } from './replay.svelte'

const items = [0, 2, 4].map((second) => ({ timestamp: `2026-11-21T10:00:0${second}Z` }) as RunItem)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('items come as they came, and the replay stops at the last', () => {
  const replay = new Replay()
  replay.speed = 1
  replay.begin(items, true)
  vi.advanceTimersByTime(200)
  expect(replay.shown).toBe(1)
  vi.advanceTimersByTime(1_900)
  expect(replay.shown).toBe(1)
  vi.advanceTimersByTime(200)
  expect(replay.shown).toBe(2)
  vi.advanceTimersByTime(10_000)
  expect([replay.shown, replay.playing]).toEqual([3, false])
})

test('a step stops the play and stays within the run', () => {
  const replay = new Replay()
  replay.begin(items, true)
  replay.step(-1)
  expect([replay.shown, replay.playing]).toEqual([0, false])
  replay.step(9)
  vi.advanceTimersByTime(10_000)
  expect(replay.shown).toBe(3)
})

test('played to its end it begins anew', () => {
  const replay = new Replay()
  replay.begin(items, false)
  replay.to(3)
  replay.toggle()
  expect([replay.shown, replay.playing]).toEqual([0, true])
})
