/** One person's time at the table: how it begins, and how the table becomes free for the next. */
import { i18n } from '../i18n/i18n.svelte'
import { picture } from '../image/picture.svelte'
import { run } from '../run/run.svelte'
import { speak } from '../shell/speaking'
import { forgetHeld } from '../shell/memory'
import { router, type Route } from '../shell/router.svelte'
import { draft } from '../studio/draft.svelte'
import { session } from './session.svelte'

const TABLE: Partial<Route> = { room: 'studio', runId: null, look: null }

/** Where somebody wanted to go who had to say first who they are. */
let wanted: Partial<Route> = TABLE

/** Rooms that belong to nobody in particular. */
const isShared = (room: string): boolean => room === 'wall' || room === 'desk'

/** Leads to the welcome room if nobody has said yet who sits here. */
export function greet(): void {
  const route = router.route
  if (session.current?.greeted || isShared(route.room) || route.room === 'welcome') return
  wanted = route
  router.mend({ room: 'welcome', runId: null, look: null })
}

/** Somebody sits down, as `userId`. Raises `Problem`. */
export async function begin(userId: string): Promise<void> {
  await session.change({ user_id: userId, language: i18n.language })
  router.go(wanted)
  wanted = TABLE
}

/** Everything of this person leaves the screen; what they made lies on the disk and in the gallery. */
export async function freeTheTable(): Promise<void> {
  run.leave()
  draft.forget()
  picture.forget()
  forgetHeld()
  wanted = TABLE
  router.mend({ room: 'welcome', runId: null, look: null })
  await session.leave()
  if (session.current && session.current.language !== i18n.language) await speak(session.current.language)
}
