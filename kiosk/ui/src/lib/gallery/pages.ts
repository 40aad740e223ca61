/**
 * The pages of a long list that are in memory: some, anywhere in it, the last used ones. A work that goes leaves its
 * place empty, so that nothing moves under a finger. Knows no screen and asks nobody.
 */
import type { GalleryItem } from '../api/records'
import { keyOf } from './works'

export class Pages {
  readonly #pages = new Map<number, GalleryItem[]>()
  readonly #gone = new Set<string>()

  constructor(
    readonly step: number,
    private readonly kept: number,
  ) {}

  /** The work at a place from 0; undefined where its page is not here, or is shorter than it was. */
  at(index: number): GalleryItem | undefined {
    return this.#pages.get(this.pageOf(index))?.[index % this.step]
  }

  has(index: number): boolean {
    return this.#pages.has(this.pageOf(index))
  }

  isGone(work: GalleryItem): boolean {
    return this.#gone.has(keyOf(work))
  }

  pageOf(index: number): number {
    return Math.floor(index / this.step)
  }

  /** The pages between two places that are not here, in order; those that are count as used. */
  missing(first: number, last: number): number[] {
    const wanted: number[] = []
    for (let page = this.pageOf(first); page <= this.pageOf(last); page++) {
      const items = this.#pages.get(page)
      if (!items) wanted.push(page)
      else this.#touch(page, items)
    }
    return wanted
  }

  put(page: number, items: GalleryItem[]): void {
    for (const item of items) this.#gone.delete(keyOf(item))
    this.#touch(page, items)
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= this.kept) break
      this.#pages.delete(oldest)
    }
  }

  /** Takes news of a work; whether it has a place here. */
  update(work: GalleryItem): boolean {
    const key = keyOf(work)
    for (const items of this.#pages.values()) {
      const place = items.findIndex((known) => keyOf(known) === key)
      if (place < 0) continue
      items[place] = work
      this.#gone.delete(key)
      return true
    }
    return false
  }

  /** All works of a run are gone; whether there were any. */
  remove(runId: string): boolean {
    const leaving = this.of(runId)
    for (const work of leaving) this.#gone.add(keyOf(work))
    return leaving.length > 0
  }

  /** The works of a run that are here. */
  of(runId: string): GalleryItem[] {
    return [...this.#pages.values()].flat().filter((work) => work.run_id === runId && !this.isGone(work))
  }

  /** The place of a work, -1 if its page is not here. */
  placeOf(key: string): number {
    for (const [page, items] of this.#pages) {
      const place = items.findIndex((work) => keyOf(work) === key)
      if (place >= 0) return page * this.step + place
    }
    return -1
  }

  #touch(page: number, items: GalleryItem[]): void {
    this.#pages.delete(page)
    this.#pages.set(page, items)
  }
}
