import { expect, test } from 'vitest'
import { sentencesOf } from './house.svelte'

test('all well says nothing', () => {
  expect(sentencesOf(false, false, [], false)).toEqual([])
})

test('a lost line comes first, then a pause, then the signs of the house', () => {
  expect(sentencesOf(true, true, ['disk_low'], false)).toEqual(['health.lost', 'health.paused', 'health.disk_low'])
})

test('a work that was not saved is told once', () => {
  expect(sentencesOf(false, false, ['not_saved', 'box_away'], true)).toEqual(['health.not_saved', 'health.box_away'])
  expect(sentencesOf(false, false, ['box_away'], true)).toEqual(['health.not_saved', 'health.box_away'])
})
