import { expect, test } from 'vitest'
import { draft } from './draft.svelte'

test.each(['clear', 'forget'] as const)('whoever comes after %s takes up nothing of the one before', (leave) => {
  draft.take('dada', 'Ein Wal', 'Nur Farben.', 'run_1769122471728_362ba81c')
  draft[leave]()
  expect([draft.idea, draft.ownRules, draft.parentRunId]).toEqual(['', null, null])
})
