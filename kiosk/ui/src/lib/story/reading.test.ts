import { expect, test } from 'vitest'
import type { Entity, Medium, RunItem } from '../api/records'
import { fileOf, pausesOf, rulesOf, verdictOf, wordingsOf, worksAt } from './reading'

const RUN = 'run_1769122471728_362ba81c'

const item = (sequence_number: number, item_type: string, facts: Partial<RunItem> = {}): RunItem =>
  ({ sequence_number, item_type, media_type: 'text', content: null, model_used: null, metadata: {}, timestamp: `2026-11-21T10:00:0${sequence_number}Z`, ...facts }) as RunItem

test('wordings are counted by kind, and verdicts are none', () => {
  const items = [
    item(1, 'user_input_text', { content: 'Wal' }),
    item(2, 'stage1_safety_check', { content: '{}' }),
    item(3, 'interception_final', { content: 'Law' }),
    item(4, 'user_edit', { content: 'Law!' }),
    item(5, 'interception_result', { content: 'Alw' }),
  ]
  expect(wordingsOf(items).map(({ kind, n }) => `${kind} ${n}`)).toEqual(['input 1', 'text 1', 'edit 1', 'text 2'])
})

test('the rules are those that were worded last', () => {
  expect(rulesOf([item(1, 'context_prompt', { content: 'alt' }), item(2, 'context_prompt', { content: 'neu' })])).toBe('neu')
})

test('a work is there from the moment its item is', () => {
  const media = [{ media_type: 'image', n: 1 }, { media_type: 'image', n: 2 }, { media_type: 'music', n: 1 }] as Medium[]
  const items = [item(1, 'output_image', { media_type: 'image' }), item(2, 'output_error'), item(3, 'output_music', { media_type: 'music' })]
  expect(worksAt(media, items.slice(0, 1))).toEqual([media[0]])
  expect(worksAt(media, items)).toEqual([media[0], media[2]])
})

test('files are counted by their type', () => {
  const items = [item(1, 'output_image', { media_type: 'image' }), item(2, 'output_image', { media_type: 'image' }), item(3, 'interception_final')]
  const entities = [{ type: 'interception', sequence: 3 }] as Entity[]
  expect(fileOf(RUN, items[1]!, items, entities)).toBe(`/api/media/image/${RUN}/2`)
  expect(fileOf(RUN, items[2]!, items, entities)).toBe(`/api/pipeline/${RUN}/entity/interception?n=1`)
  expect(fileOf(RUN, item(4, 'pipeline_complete'), items, entities)).toBeNull()
})

test('a verdict says how it was found', () => {
  expect(verdictOf(item(1, 'stage1_safety_check', { metadata: { allowed: true, method: 'word_list' } }))).toEqual({ allowed: true, method: 'word_list' })
  expect(verdictOf(item(1, 'interception_final'))).toBeNull()
})

test('a replay waits as it happened, faster if asked, and never without end', () => {
  const items = [item(1, 'a'), item(3, 'b'), item(4, 'c', { timestamp: '2026-11-21T11:00:00Z' }), item(5, 'd', { timestamp: 'damaged' })]
  expect(pausesOf(items, 1)).toEqual([150, 2000, 4000, 150])
  expect(pausesOf(items, 4)[1]).toBe(500)
})
