import { expect, test } from 'vitest'
import { Undo } from './undo'

test('typing in one go is one step', () => {
  const undo = new Undo('')
  undo.note('W', 0)
  undo.note('Wa', 100)
  undo.note('Wal', 200)
  expect(undo.back()).toBe('')
  expect(undo.possible).toBe(false)
})

test('a pause begins a new step', () => {
  const undo = new Undo('')
  undo.note('Wal', 0)
  undo.note('Wal und Igel', 5_000)
  expect(undo.back()).toBe('Wal')
  expect(undo.back()).toBe('')
  expect(undo.back()).toBeNull()
})

test('a text that arrives is a step of its own, however fast', () => {
  const undo = new Undo('eins')
  undo.note('eins zwei', 0)
  undo.replace('drei')
  undo.note('drei vier', 1)
  expect(undo.back()).toBe('drei')
  expect(undo.back()).toBe('eins zwei')
})

test('the same text again is no step, and does not end the one that goes on', () => {
  const undo = new Undo('')
  undo.note('W', 0)
  undo.replace('W')
  undo.note('Wa', 1)
  expect(undo.back()).toBe('')
  expect(undo.possible).toBe(false)
})
