import { expect, test } from 'vitest'
import type { RunItem } from '../api/records'
import { firstPair, withWording, type Wording } from './wordings'

const fold = (...items: [RunItem['item_type'], string, Record<string, unknown>?][]): readonly Wording[] =>
  items.reduce<readonly Wording[]>(
    (known, [item_type, content, metadata = {}], index) =>
      withWording(known, { item_type, content, metadata, sequence_number: index + 1 } as RunItem),
    [],
  )

test('every wording is there, in order, counted by its kind', () => {
  const all = fold(
    ['pipeline_start', ''],
    ['user_input_text', 'Ein Wal'],
    ['context_prompt', 'Zerschneide'],
    ['interception_final', 'Wal ein'],
    ['user_edit', 'Wal eins'],
    ['translation_en', 'whale one'],
    ['prompt_optimization', 'one whale, ink'],
    ['prompt_optimization', 'one whale, oil'],
  )
  expect(all.map((wording) => `${wording.kind} ${wording.n}`)).toEqual([
    'idea 1',
    'rules 1',
    'machine 1',
    'edit 1',
    'translation 1',
    'prompt 1',
    'prompt 2',
  ])
})

test('a chain keeps the language of each station', () => {
  const all = fold(['user_input_text', 'Ein Wal'], ['interception_iteration', 'A whale', { language: 'en' }])
  expect(all[1]).toMatchObject({ kind: 'link', language: 'en' })
})

test('what says the same again is left out', () => {
  expect(fold(['interception_final', 'Wal'], ['prompt_optimization', 'Wal'])).toHaveLength(1)
})

test('a comparison begins with the idea and ends with the text as it is now', () => {
  const all = fold(['user_input_text', 'Ein Wal'], ['context_prompt', 'x'], ['interception_final', 'Wal ein'], ['user_edit', 'Wal'], ['translation_en', 'whale'])
  expect(firstPair(all)?.map((wording) => wording.text)).toEqual(['Ein Wal', 'Wal'])
})

test('one wording alone cannot be compared', () => {
  expect(firstPair(fold(['user_input_text', 'Ein Wal']))).toBeNull()
})
