/**
 * Store: finished works, newest first, live. The stream is opened before the first page is asked for, so that
 * nothing falls between the two; both are merged by the address of a work.
 */
import { getGallery, Problem } from '../api/client'
import { EventStream, type LineState } from '../api/events'
import type { GalleryItem } from '../api/records'
import { stars } from './stars.svelte'
import { merge, without } from './works'

class Gallery {
  works = $state.raw<readonly GalleryItem[]>([])
  line = $state<LineState>('closed')
  loaded = $state(false)
  next = $state.raw<string | null>(null)
  loadingMore = $state(false)
  #stream: EventStream | null = null

  start(): void {
    if (this.#stream) return
    this.#stream = new EventStream('/api/gallery/stream', {
      onEvent: (event) => this.#take(event.name, event.data),
      onState: (state) => this.#lineIs(state),
    })
    void this.#load()
    void stars.load()
  }

  async more(): Promise<void> {
    if (!this.next || this.loadingMore) return
    this.loadingMore = true
    try {
      const page = await getGallery(this.next)
      this.works = merge(this.works, page.items)
      this.next = page.next
    } catch (error) {
      if (!(error instanceof Problem)) throw error
    } finally {
      this.loadingMore = false
    }
  }

  async #load(): Promise<void> {
    try {
      const page = await getGallery(null)
      this.works = merge(this.loaded ? [] : this.works, page.items)
      this.next = page.next
      this.loaded = true
    } catch (error) {
      if (!(error instanceof Problem)) throw error
    }
  }

  #lineIs(state: LineState): void {
    this.line = state
    if (state === 'live' && !this.loaded) void this.#load()
  }

  #take(name: string, data: string): void {
    if (name === 'reset') {
      void this.#load()
      return
    }
    const facts = JSON.parse(data) as GalleryItem
    if (name === 'added' || name === 'updated') this.works = merge(this.works, [facts])
    if (name === 'removed') this.works = without(this.works, facts.run_id)
  }
}

export const gallery = new Gallery()
