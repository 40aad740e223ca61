/**
 * Store: the picture that the image studio begins with, and the drawing. The gallery puts a picture here and opens
 * that room. Survives a reload of the window.
 */
import type { InputImage } from '../api/records'
import { held, hold } from '../shell/memory'
import type { Act } from './strokes'

export const SOURCES = ['gallery', 'draw', 'file', 'camera'] as const
export type Source = (typeof SOURCES)[number]

/** A picture of a run. */
export interface HeldPicture {
  runId: string
  /** n-th picture of that run, from 1. */
  n: number
  url: string
}

/** A picture that was brought in from a file or the camera. */
export interface BroughtPicture {
  uploadId: string
  url: string
}

interface Kept {
  held: HeldPicture | BroughtPicture | null
  source: Source
  acts: readonly Act[]
}

class PictureStore {
  #held = $state.raw<HeldPicture | BroughtPicture | null>(null)
  #source = $state<Source>('gallery')
  #acts = $state.raw<readonly Act[]>([])

  constructor() {
    const kept = held<Kept>('picture')
    if (!kept) return
    this.#held = kept.held
    this.#source = kept.source
    this.#acts = kept.acts
  }

  get held(): HeldPicture | BroughtPicture | null {
    return this.#held
  }

  set held(picture: HeldPicture | BroughtPicture | null) {
    this.#held = picture
    if (picture) this.#source = 'runId' in picture ? 'gallery' : this.#source === 'camera' ? 'camera' : 'file'
    this.#keep()
  }

  /** Where the picture comes from. */
  get source(): Source {
    return this.#source
  }

  set source(source: Source) {
    this.#source = source
    this.#keep()
  }

  /** What was drawn. */
  get acts(): readonly Act[] {
    return this.#acts
  }

  set acts(acts: readonly Act[]) {
    this.#acts = acts
    this.#keep()
  }

  /** How a request names the held picture. */
  get reference(): InputImage | null {
    const picture = this.#held
    if (!picture) return null
    return 'runId' in picture ? { run_id: picture.runId, n: picture.n } : { upload_id: picture.uploadId }
  }

  /** For whoever comes next. */
  forget(): void {
    this.#held = null
    this.#source = 'gallery'
    this.#acts = []
    this.#keep()
  }

  #keep(): void {
    hold<Kept>('picture', { held: this.#held, source: this.#source, acts: this.#acts })
  }
}

export const picture = new PictureStore()
