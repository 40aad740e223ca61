/** Store: the works that one has picked out, in the order of picking. */
import type { GalleryItem } from '../api/records'
import { keyOf } from './works'

class Selection {
  works = $state.raw<readonly GalleryItem[]>([])
  /** Whether a touch picks instead of opening. */
  picking = $state(false)

  has(work: GalleryItem): boolean {
    return this.works.some((picked) => keyOf(picked) === keyOf(work))
  }

  toggle(work: GalleryItem): void {
    this.picking = true
    this.works = this.has(work) ? this.works.filter((picked) => keyOf(picked) !== keyOf(work)) : [...this.works, work]
  }

  begin(): void {
    this.picking = true
  }

  end(): void {
    this.picking = false
    this.works = []
  }
}

export const selection = new Selection()
