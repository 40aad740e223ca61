import { afterEach, expect, test } from 'vitest'
import { i18n } from '../i18n/i18n.svelte'
import { partsOf, sayPseudonym, suggestion } from './pseudonym'

const german = {
  'pseudonym.name': '{animal} in {colour}',
  'pseudonym.none': 'ohne Namen',
  'pseudonym.colour.blue': 'Blau',
  'pseudonym.animal.fox': 'Fuchs',
}

afterEach(() => (i18n.sentences = {}))

test('a pseudonym is said in the language of the screen', () => {
  i18n.sentences = german
  expect(sayPseudonym('blue-fox')).toBe('Fuchs in Blau')
  expect(sayPseudonym('anonymous')).toBe('ohne Namen')
})

test.each(['Gruppe 3', 'a-b', 'blue-dragon', 'blue-fox-2', ''])('a label of another kind, %j, is shown as it is', (label) => {
  i18n.sentences = german
  expect(sayPseudonym(label)).toBe(label)
})

test('only a colour and an animal make a pseudonym', () => {
  expect(partsOf('blue-fox')).toEqual({ colour: 'blue', animal: 'fox' })
  expect(partsOf('fox-blue')).toBeNull()
})

test('a suggestion is drawn from what there is', () => {
  expect(suggestion(['red', 'blue'], ['fox', 'owl'], () => 0.99)).toEqual({ colour: 'blue', animal: 'owl' })
})
