/**
 * Store: the wall. It shows only works whose run may hang there; without a line it goes on with what it has, and a
 * work is hung only when its picture has arrived.
 */
import { getPage, showRun } from '../api/gallery'
import type { GalleryItem } from '../api/records'
import { gallery, type GalleryNews } from '../gallery/gallery.svelte'
import { keyOf, merge, without } from '../gallery/works'
import { Attempts } from '../shell/attempts.svelte'
import { waiting, WALLS, withAt, withNew, withoutRun, type Hung } from './hanging'

const POOL = 100
const TURN_MS = 12_000
/** After how many turns all places change. */
const TURNS = 12
const PLACES = WALLS[0]!.length

export type Fetch = (work: GalleryItem) => Promise<boolean>

export class Wall extends Attempts {
  hung = $state.raw<Hung>(Array.from({ length: PLACES }, () => null))
  places = $state(0)
  ready = $state(false)
  /** The work that was hidden last, until it is brought back or forgotten. */
  hidden = $state.raw<GalleryItem | null>(null)
  #pool: readonly GalleryItem[] = []
  #last: string | null = null
  #turn = 0

  constructor(private readonly fetched: Fetch) {
    super()
  }

  /** Begins to live; the returned function ends it. */
  open(): () => void {
    const deaf = gallery.listen((news) => void this.hear(news))
    const timer = setInterval(() => void this.turn(), TURN_MS)
    void this.load()
    return () => {
      deaf()
      clearInterval(timer)
    }
  }

  async load(): Promise<void> {
    await this.attempt(async () => {
      this.#pool = (await getPage({ wall: 'true' }, POOL, null)).items
      const gone = this.hung.filter((work) => work !== null && !this.#pool.some((other) => keyOf(other) === keyOf(work)))
      for (const work of gone) if (work) this.hung = withoutRun(this.hung, work.run_id)
      await this.#fill()
      this.ready = true
    })
  }

  async hear(news: GalleryNews): Promise<void> {
    if (news.name === 'reset') return this.load()
    if (news.name === 'removed') return this.#leave(news.runId)
    if (!news.work.wall) return this.#leave(news.work.run_id)
    this.#pool = merge(this.#pool, [news.work]).slice(0, POOL)
    if (news.name === 'added' && (await this.fetched(news.work)) && this.#may(news.work)) this.hung = withNew(this.hung, news.work)
  }

  /** One place gets another work; now and then all places change. */
  async turn(): Promise<void> {
    this.#turn += 1
    if (this.#turn % TURNS === 0) this.places = (this.places + 1) % WALLS.length
    await this.#hang(this.#turn % PLACES)
  }

  async hide(work: GalleryItem): Promise<void> {
    await this.attempt(async () => {
      await showRun(work.run_id, false)
      this.hidden = work
      await this.#leave(work.run_id)
    })
  }

  async bringBack(): Promise<void> {
    const work = this.hidden
    if (!work) return
    await this.attempt(async () => {
      await showRun(work.run_id, true)
      this.hidden = null
    })
  }

  async #leave(runId: string): Promise<void> {
    this.#pool = without(this.#pool, runId)
    this.hung = withoutRun(this.hung, runId)
    await this.#fill()
  }

  async #fill(): Promise<void> {
    for (let place = 0; place < PLACES; place++) if (this.hung[place] === null) await this.#hang(place)
  }

  async #hang(place: number): Promise<void> {
    const [next] = waiting(this.hung, this.#pool, this.#last)
    if (!next) return
    this.#last = keyOf(next)
    if ((await this.fetched(next)) && this.#may(next)) this.hung = withAt(this.hung, place, next)
  }

  /** It may have been hidden, or hung elsewhere, while its picture came. */
  #may(work: GalleryItem): boolean {
    const is = (other: GalleryItem | null): boolean => other !== null && keyOf(other) === keyOf(work)
    return this.#pool.some(is) && !this.hung.some(is)
  }
}

/** Whether the picture of a work is here; other works have a drawing, which always is. */
export async function pictureCame(work: GalleryItem): Promise<boolean> {
  if (work.media_type !== 'image') return true
  const image = new Image()
  image.src = work.url
  try {
    await image.decode()
    return true
  } catch {
    return false
  }
}
