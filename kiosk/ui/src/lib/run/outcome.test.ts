import { expect, test } from 'vitest'
import { outcomeOf } from './outcome'
import { emptyRun, type OutputState, type RunState } from './state'

const file = (notSaved: string | null) => ({ notSaved }) as OutputState['files'][number]
const output = (loop: number, phase: OutputState['phase'], notSaved: string | null = null) =>
  ({ loop, phase, files: phase === 'done' ? [file(notSaved)] : [] }) as unknown as OutputState
const run = (change: Partial<RunState>): RunState => ({ ...emptyRun('run_1'), status: 'completed', ...change })

test('all of it went well', () => {
  expect(outcomeOf(run({ outputs: [output(1, 'done'), output(2, 'done')] }))).toBe('completed')
})

test('a work that failed or was stopped is told', () => {
  expect(outcomeOf(run({ outputs: [output(1, 'done'), output(2, 'failed')] }))).toBe('completed.partly')
  expect(outcomeOf(run({ outputs: [output(1, 'blocked')] }))).toBe('completed.partly')
})

test('a work that is on no disk is told before everything else', () => {
  expect(outcomeOf(run({ outputs: [output(1, 'failed'), output(2, 'done', 'disk full')] }))).toBe('completed.unsaved')
})

test('what failed before does not belong to what is made now', () => {
  expect(outcomeOf(run({ firstLoop: 2, outputs: [output(1, 'failed'), output(2, 'done')] }))).toBe('completed')
})

test('somebody who may need help is not told that it does not go on', () => {
  expect(outcomeOf(run({ status: 'blocked', category: 'self_harm' }))).toBe('blocked.help')
  expect(outcomeOf(run({ status: 'blocked', category: 'age' }))).toBe('blocked')
})

test('an idea that went on as it is waits as it is', () => {
  expect(outcomeOf(run({ status: 'waiting', unchanged: true }))).toBe('waiting.unchanged')
  expect(outcomeOf(run({ status: 'waiting' }))).toBe('waiting')
})
