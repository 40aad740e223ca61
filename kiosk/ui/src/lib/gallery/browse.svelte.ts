/**
 * Store: the whole list of works by the chosen filters, of which some pages are here. What comes while somebody
 * looks is counted (`fresh`) and shown when they ask for it; what goes leaves an empty place.
 */
import { getDays, getPage, getRuler } from '../api/gallery'
import type { DayOfWorks, GalleryItem } from '../api/records'
import { session } from '../session/session.svelte'
import { Attempts } from '../shell/attempts.svelte'
import { held, hold } from '../shell/memory'
import { matches, NO_FILTERS, parametersOf, type Filters, type Viewer } from './filters'
import { gallery, type GalleryNews } from './gallery.svelte'
import { Pages } from './pages'
import { selection } from './selection.svelte'
import { keyOf } from './works'

const STEP = 100
const KEPT_PAGES = 40
const TOGETHER = 2
const NOBODY: Viewer = { device_id: '', user_id: 'anonymous' }

export class Browse extends Attempts {
  filters = $state.raw<Filters>(NO_FILTERS)
  total = $state(0)
  /** Whether `total` is the true one; until then it is what is here. */
  counted = $state(false)
  ready = $state(false)
  /** What came since, by key. */
  fresh = $state.raw<readonly string[]>([])
  /** When the newest work of each page was made (epoch, ms). */
  moments = $state.raw<readonly number[]>([])
  /** On which days such works were made, whatever the chosen one is; newest first. */
  days = $state.raw<readonly DayOfWorks[]>([])
  #pages = new Pages(STEP, KEPT_PAGES)
  #cursors: readonly string[] = []
  #changes = $state(0)
  #asking: readonly number[] = []
  #wanted: readonly [number, number] = [0, 0]
  #list = 0
  #sitting = session.sitting
  #listens = false

  readonly step = STEP

  get viewer(): Viewer {
    return session.current ?? NOBODY
  }

  /** Begin to look; again where one was before a reload. */
  open(): Promise<void> {
    if (!this.#listens) gallery.listen((news) => this.#hear(news))
    this.#listens = true
    if (this.#sitting !== session.sitting) this.#forget()
    if (this.ready && this.fresh.length === 0) return Promise.resolve()
    if (!this.ready) this.filters = { ...NO_FILTERS, ...held<Filters>('gallery') }
    this.#beginWithNewest()
    return this.reload()
  }

  choose(change: Partial<Filters>): Promise<void> {
    this.filters = { ...this.filters, ...change }
    this.counted = false
    hold('gallery', this.filters)
    return this.reload()
  }

  /** Look on which days there is something by the other filters. */
  async lookForDays(): Promise<void> {
    const filters = this.filters
    await this.attempt(async () => {
      const { days } = await getDays(parametersOf({ ...filters, date: null }, this.viewer))
      if (filters === this.filters) this.days = days
    })
  }

  /** The list as it is now; its first page stands before the length of the rest is known. */
  async reload(): Promise<void> {
    const list = ++this.#list
    const wanted = parametersOf(this.filters, this.viewer)
    await this.attempt(async () => {
      const page = await getPage(wanted, STEP, null)
      if (list !== this.#list) return
      const ruler = page.next ? null : { total: page.items.length, cursors: [page.first ?? ''], moments: momentsOf(page.items) }
      this.#begin(page.items, ruler?.total ?? this.#atLeast(page.items))
      const found = ruler ?? (await getRuler(wanted, STEP, page.first))
      if (list !== this.#list) return
      this.#cursors = found.cursors
      this.moments = found.moments
      this.total = found.total
      this.counted = true
      void this.#fetch()
    })
  }

  /** The work at a place from 0; null where one was and is no more; undefined while it is not known. */
  at(index: number): GalleryItem | null | undefined {
    void this.#changes
    const work = this.#pages.at(index)
    if (work) return this.#pages.isGone(work) ? null : work
    return this.#pages.has(index) ? null : undefined
  }

  /** The place of a work, -1 if it is not here. */
  placeOf(key: string): number {
    void this.#changes
    return this.#pages.placeOf(key)
  }

  /** The works of a run that are here. */
  of(runId: string): GalleryItem[] {
    void this.#changes
    return this.#pages.of(runId)
  }

  /** These places are looked at: their pages are fetched, those in sight last asked first. */
  need(first: number, last: number): void {
    this.#wanted = [Math.max(0, first), Math.min(last, this.total - 1)]
    void this.#fetch()
  }

  /** When the work at a place was made (epoch, ms), as near as is known. */
  momentAt(index: number): number | null {
    const work = this.at(index)
    if (work) return Date.parse(work.timestamp)
    return this.moments[this.#pages.pageOf(index)] ?? null
  }

  /** Somebody else sits here: what the one before looked for is not theirs. */
  #forget(): void {
    this.#sitting = session.sitting
    this.ready = this.counted = false
    selection.end()
    hold('gallery', NO_FILTERS)
  }

  /** Without filters the list begins with what the strip shows: it stands at once, before anybody is asked. */
  #beginWithNewest(): void {
    if (!gallery.loaded || Object.keys(parametersOf(this.filters, this.viewer)).length > 0) return
    this.#begin([...gallery.works], this.#atLeast(gallery.works))
    this.counted ||= gallery.whole
  }

  #atLeast(items: readonly GalleryItem[]): number {
    return Math.max(items.length, this.counted ? this.total : 0)
  }

  #begin(items: GalleryItem[], total: number): void {
    this.#pages = new Pages(STEP, KEPT_PAGES)
    this.#asking = []
    this.#cursors = []
    this.#pages.put(0, items)
    this.total = items.length === 0 ? 0 : total
    this.fresh = []
    this.ready = true
    this.#changes += 1
  }

  async #fetch(): Promise<void> {
    const [first, last] = this.#wanted
    const [page] = this.#pages.missing(first, last).filter((wanted) => !this.#asking.includes(wanted))
    const cursor = page === undefined ? undefined : this.#cursors[page]
    if (page === undefined || !cursor || this.#asking.length >= TOGETHER) return
    const list = this.#list
    this.#asking = [...this.#asking, page]
    void this.#fetch()
    await this.attempt(async () => {
      const found = await getPage(parametersOf(this.filters, this.viewer), STEP, cursor)
      if (list !== this.#list) return
      this.#pages.put(page, found.items)
      this.#changes += 1
    })
    if (list !== this.#list) return
    this.#asking = this.#asking.filter((other) => other !== page)
    if (!this.trouble) void this.#fetch()
  }

  #hear(news: GalleryNews): void {
    if (news.name === 'reset') return void this.reload()
    if (news.name === 'removed') {
      this.fresh = this.fresh.filter((key) => key.split('/')[1] !== news.runId)
      if (this.#pages.remove(news.runId)) this.#changes += 1
      return
    }
    if (this.#pages.update(news.work)) this.#changes += 1
    else if (news.name === 'added' && matches(this.filters, this.viewer, news.work)) this.#arrived(keyOf(news.work))
  }

  #arrived(key: string): void {
    if (this.ready && this.total === 0) void this.reload()
    else if (!this.fresh.includes(key)) this.fresh = [...this.fresh, key]
  }
}

const momentsOf = (items: readonly GalleryItem[]): number[] => items.slice(0, 1).map((item) => Date.parse(item.timestamp))

export const browse = new Browse()
