/** What happens when the page opens, and when its language changes. */
import { getSentences, Problem } from '../api/client'
import { gallery } from '../gallery/gallery.svelte'
import { firstLanguage, i18n } from '../i18n/i18n.svelte'
import { catalog } from '../lenses/catalog.svelte'
import { run } from '../run/run.svelte'
import { session } from '../session/session.svelte'
import { draft } from '../studio/draft.svelte'
import { router } from './router.svelte'

/** Session, sentences, lenses, then what was on the table before a reload. */
export async function open(): Promise<void> {
  await session.enter()
  const language = firstLanguage(session.current?.language)
  try {
    await i18n.use(language)
    if (session.door !== 'open') return
    await catalog.load(i18n.language)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.status === 404 && language !== 'en') return i18n.choose('en').then(open)
    session.door = 'unreachable'
    return
  }
  draft.restore()
  gallery.start()
  if (router.route.runId) await run.open(router.route.runId)
}

/** Everything that speaks is fetched again; own rules and the run stay as they are. */
export async function changeLanguage(language: string): Promise<void> {
  try {
    await getSentences(language)
    await catalog.load(language)
    await i18n.choose(language)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
}
