/** What happens when the screen speaks another language. */
import { getSentences, Problem } from '../api/client'
import { i18n } from '../i18n/i18n.svelte'
import { catalog } from '../lenses/catalog.svelte'
import { session } from '../session/session.svelte'

/** Everything that speaks is fetched again; own rules and the run stay as they are. Raises `Problem`. */
export async function speak(language: string): Promise<void> {
  await getSentences(language)
  await catalog.load(language)
  await i18n.choose(language)
}

/** Somebody chose a language: for this screen, and for this session, so that a reload finds it again. */
export async function changeLanguage(language: string): Promise<void> {
  try {
    await speak(language)
    await session.change({ language })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
}
