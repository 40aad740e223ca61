import { expect, test } from 'vitest'
import type { Entity } from '../api/records'
import { countBefore } from './story'

const entity = (type: string, sequence: number): Entity => ({ type, sequence }) as Entity

test('a work belongs to the wording that was there when it was made', () => {
  const entities = [entity('interception', 5), entity('output_image', 9), entity('interception', 12), entity('output_image', 15)]
  expect(countBefore(entities, 'interception', 9)).toBe(1)
  expect(countBefore(entities, 'interception', 15)).toBe(2)
  expect(countBefore(entities, 'input', 15)).toBe(0)
})
