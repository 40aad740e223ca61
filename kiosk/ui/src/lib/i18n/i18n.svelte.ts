/** Store: the language of the screen and its sentences. Other stores that speak refetch when it changes. */
import { answerIn, getSentences } from '../api/client'
import { directionOf, fill, type Sentences, type Values } from './sentences'
import { remember, remembered } from '../shell/memory'

class I18n {
  language = $state('de')
  sentences = $state.raw<Sentences>({})

  get ready(): boolean {
    return Object.keys(this.sentences).length > 0
  }

  async use(language: string): Promise<void> {
    this.sentences = await getSentences(language)
    this.language = language
    answerIn(language)
    document.documentElement.lang = language
    document.documentElement.dir = directionOf(language)
    document.title = this.say('app.name')
  }

  async choose(language: string): Promise<void> {
    remember('language', language)
    await this.use(language)
  }

  say(key: string, values?: Values): string {
    return fill(this.sentences, this.language, key, values)
  }

  has(key: string): boolean {
    return key in this.sentences
  }
}

export const i18n = new I18n()
/** The language to begin with: the session's or the kiosk's; at a closed door the one chosen last, or the browser's. */
export const firstLanguage = (inside?: string): string =>
  inside ?? remembered('language') ?? navigator.language.split('-')[0] ?? 'de'
/** One sentence in the language of the screen. */
export const say = (key: string, values?: Values): string => i18n.say(key, values)
