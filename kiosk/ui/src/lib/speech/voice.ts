/** Which voice reads a text aloud. Only voices of this device: others would send the text away. Pure. */

export type Voice = Pick<SpeechSynthesisVoice, 'lang' | 'localService' | 'default'>

/** The voice of this device for a language, or none. */
export function voiceFor<V extends Voice>(voices: readonly V[], language: string): V | undefined {
  const base = (tag: string): string => tag.toLowerCase().split(/[-_]/)[0] ?? ''
  const fitting = voices.filter((voice) => voice.localService && base(voice.lang) === base(language))
  return fitting.find((voice) => voice.default) ?? fitting[0]
}
