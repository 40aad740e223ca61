/** What happens when the page opens. */
import { Problem } from '../api/client'
import { gallery } from '../gallery/gallery.svelte'
import { firstLanguage, i18n } from '../i18n/i18n.svelte'
import { catalog } from '../lenses/catalog.svelte'
import { run } from '../run/run.svelte'
import { session } from '../session/session.svelte'
import { greet } from '../session/sitting'
import { draft } from '../studio/draft.svelte'
import { house } from './house.svelte'
import { prepare } from './rooms'

const REFRESH_MS = 30_000
let refreshing: ReturnType<typeof setInterval> | undefined

/** Session, sentences, lenses, and the draft from before a reload. */
export async function open(): Promise<void> {
  await session.enter()
  const language = firstLanguage(session.current?.language)
  try {
    const entered = session.door === 'open'
    await Promise.all([i18n.use(language), entered ? catalog.load(language) : null])
    if (!entered) return
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.status === 404 && language !== 'en') return i18n.choose('en').then(open)
    session.door = 'unreachable'
    return
  }
  greet()
  draft.restore()
  gallery.start()
  house.start()
  // The room that everybody goes to, while nobody waits for anything else.
  requestIdleCallback(() => prepare('gallery'))
  refreshing ??= setInterval(() => void refresh(), REFRESH_MS)
}

async function refresh(): Promise<void> {
  if (document.hidden || session.door !== 'open') return
  gallery.start()
  house.start()
  await house.look()
  if (run.busy) return
  try {
    await catalog.refresh(i18n.language)
    draft.dropImpossible()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
}
