import { expect, test } from 'vitest'
import { offered, switched, type Choice } from './offer'

const three: Choice[] = ['a', 'b', 'c'].map((id) => ({ id, name: id, hint: '' }))

test('an empty list offers everything', () => {
  expect([...offered([], three)]).toEqual(['a', 'b', 'c'])
})

test('ids that are not there any more offer nothing', () => {
  expect([...offered(['b', 'gone'], three)]).toEqual(['b'])
})

test('the first switch that is moved leaves the others on', () => {
  expect(switched([], three, 'b', false)).toEqual(['a', 'c'])
})

test('everything on again is an empty list', () => {
  expect(switched(['a', 'c'], three, 'b', true)).toEqual([])
})

test('the last one stays', () => {
  expect(switched(['a'], three, 'a', false)).toBeNull()
})
