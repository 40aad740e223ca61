/**
 * Store: the newest works, live. The stream is opened before the first page is asked for, so that nothing falls
 * between the two; both are merged by the address of a work. Other lists of works listen here.
 */
import { getGallery, Problem } from '../api/client'
import { EventStream, type LineState } from '../api/events'
import type { GalleryItem } from '../api/records'
import { OnceAFrame } from '../shell/frames'
import { stars } from './stars.svelte'
import { merge, without } from './works'

/** `removed` names a run; `reset` says that something may have been missed. */
export type GalleryNews =
  | { name: 'added' | 'updated'; work: GalleryItem }
  | { name: 'removed'; runId: string }
  | { name: 'reset' }

const KEPT = 60

class Gallery {
  works = $state.raw<readonly GalleryItem[]>([])
  line = $state<LineState>('closed')
  loaded = $state(false)
  #all = false
  #stream: EventStream | null = null
  #news: GalleryNews[] = []
  /** Some frames later: a work that is finished hangs in the studio first. */
  #hearing = new OnceAFrame(() => this.#hear(), 2)
  #listeners: readonly ((news: GalleryNews) => void)[] = []

  start(): void {
    if (this.#stream) return
    this.#stream = new EventStream('/api/gallery/stream', {
      onEvent: (event) => this.#take(event.name, event.data),
      onState: (state) => this.#lineIs(state),
    })
    void this.#load()
    void stars.load()
  }

  /** Whether these are all works that there are. */
  get whole(): boolean {
    return this.#all && this.works.length < KEPT
  }

  /** Hears every change until the returned function is called. */
  listen(listener: (news: GalleryNews) => void): () => void {
    this.#listeners = [...this.#listeners, listener]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener)
    }
  }

  async #load(): Promise<void> {
    try {
      const page = await getGallery(null)
      this.#show(merge(this.loaded ? [] : this.works, page.items))
      this.#all = page.next === null
      this.loaded = true
    } catch (error) {
      if (!(error instanceof Problem)) throw error
    }
  }

  #lineIs(state: LineState): void {
    this.line = state
    if (state === 'denied') this.#stream = null
    if (state === 'live' && !this.loaded) void this.#load()
  }

  #take(name: string, data: string): void {
    const news = newsOf(name, data)
    if (!news) return
    this.#news.push(news)
    this.#hearing.ask()
  }

  #hear(): void {
    const all = this.#news
    this.#news = []
    for (const news of all) {
      if (news.name === 'reset') void this.#load()
      else if (news.name === 'removed') this.works = without(this.works, news.runId)
      else this.#show(merge(this.works, [news.work]))
      for (const listener of this.#listeners) listener(news)
    }
  }

  #show(works: readonly GalleryItem[]): void {
    this.works = works.slice(0, KEPT)
  }
}

function newsOf(name: string, data: string): GalleryNews | null {
  if (name === 'reset') return { name }
  if (name === 'removed') return { name, runId: (JSON.parse(data) as { run_id: string }).run_id }
  if (name === 'added' || name === 'updated') return { name, work: JSON.parse(data) as GalleryItem }
  return null
}

export const gallery = new Gallery()
