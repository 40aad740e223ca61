import { expect, test } from 'vitest'
import { canGoOn, driveOf, isAtWork, newestFirst, partDone } from './packages'

const one = (id: string, created: string, state = 'running') => ({ id, created, state })

test('a package that is told again takes its own place', () => {
  const all = [one('b', '2026-11-21T12:00'), one('a', '2026-11-21T11:00')]
  expect(newestFirst(all, one('a', '2026-11-21T11:00', 'done')).map(({ id, state }) => `${id} ${state}`)).toEqual(['b running', 'a done'])
})

test('a new package comes first', () => {
  expect(newestFirst([one('a', '2026-11-21T11:00')], one('b', '2026-11-21T12:00'))[0]?.id).toBe('b')
})

test.each([
  ['waiting', true, false],
  ['running', true, false],
  ['paused', false, true],
  ['full', false, true],
  ['interrupted', false, true],
  ['done', false, false],
  ['cancelled', false, false],
])('%s', (state, works, goesOn) => {
  expect(isAtWork(one('a', '', state))).toBe(works)
  expect(canGoOn(one('a', '', state))).toBe(goesOn)
})

test('nothing is said before it is known how much there is', () => {
  expect(partDone({ bytes: 0, bytes_total: 0 })).toBeNull()
  expect(partDone({ bytes: 5, bytes_total: 10 })).toBe(0.5)
})

test('a drive that was chosen stays chosen while it is there, else it is the first', () => {
  const drives = [{ id: 'drive-a' }, { id: 'drive-b' }]
  expect(driveOf(drives, 'drive-b')).toBe('drive-b')
  expect(driveOf(drives, '')).toBe('drive-a')
  expect(driveOf(drives, 'drive-gone')).toBe('drive-a')
  expect(driveOf([], 'drive-b')).toBe('')
})
