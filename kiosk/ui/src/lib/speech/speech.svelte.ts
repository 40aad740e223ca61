/** Store: the voices of this device, and what is being read aloud now. */
import { voiceFor } from './voice'

class Speech {
  #voices = $state.raw<readonly SpeechSynthesisVoice[]>([])
  /** Who speaks now: what was handed to `read`. */
  now = $state<string | null>(null)

  constructor() {
    const synthesis = globalThis.speechSynthesis
    if (!synthesis) return
    const look = (): void => {
      this.#voices = synthesis.getVoices()
    }
    synthesis.addEventListener?.('voiceschanged', look)
    look()
  }

  can(language: string): boolean {
    return voiceFor(this.#voices, language) !== undefined
  }

  /** Reads a text aloud; whatever was being read stops. */
  read(who: string, text: string, language: string): void {
    const voice = voiceFor(this.#voices, language)
    if (!voice) return
    this.stop()
    const words = new SpeechSynthesisUtterance(text)
    words.voice = voice
    words.lang = voice.lang
    words.rate = 0.95
    words.onend = words.onerror = () => {
      if (this.now === who) this.now = null
    }
    this.now = who
    speechSynthesis.speak(words)
  }

  stop(): void {
    this.now = null
    globalThis.speechSynthesis?.cancel()
  }
}

export const speech = new Speech()
