import { expect, test } from 'vitest'
import { voiceFor, type Voice } from './voice'

const voice = (lang: string, localService = true, isDefault = false): Voice => ({ lang, localService, default: isDefault })

test('a voice of the language, whatever the country', () => {
  const voices = [voice('en-GB'), voice('de_AT')]
  expect(voiceFor(voices, 'de')).toBe(voices[1])
})

test('the one that the device prefers', () => {
  const voices = [voice('de-DE'), voice('de-CH', true, true)]
  expect(voiceFor(voices, 'de')).toBe(voices[1])
})

test('a voice that sends the text away is none', () => {
  expect(voiceFor([voice('de-DE', false)], 'de')).toBeUndefined()
})
