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
  /** n-th picture that the run made, from 1; or that was brought into it. */
  n: number
  brought?: boolean
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
  begun?: string | null
}

/** Where a picture is that was brought into a run, its n-th. */
export const inputPicture = (runId: string, n: number): string => `/api/pipeline/${runId}/entity/input_image?n=${n}`

class PictureStore {
  #held = $state.raw<HeldPicture | BroughtPicture | null>(null)
  #source = $state<Source>('gallery')
  #acts = $state.raw<readonly Act[]>([])
  #begun = $state<string | null>(null)
  /** Another picture is being looked for. */
  changing = $state(false)
  /** Somebody comes back to change their words. */
  returns = false

  constructor() {
    const kept = held<Kept>('picture')
    if (!kept) return
    this.#held = kept.held
    this.#source = kept.source
    this.#acts = kept.acts
    this.#begun = kept.begun ?? null
  }

  get held(): HeldPicture | BroughtPicture | null {
    return this.#held
  }

  set held(picture: HeldPicture | BroughtPicture | null) {
    this.#held = picture
    this.changing = false
    if (picture) this.#source = 'runId' in picture ? 'gallery' : this.#source === 'camera' ? 'camera' : 'file'
    this.#keep()
  }

  /** The held picture where it is seen: nothing goes along that is not. */
  get shown(): HeldPicture | BroughtPicture | null {
    const held = this.#held
    if (held === null || this.changing || this.#source === 'draw') return null
    return 'runId' in held === (this.#source === 'gallery') ? held : null
  }

  /** Where the picture comes from. */
  get source(): Source {
    return this.#source
  }

  set source(source: Source) {
    this.#source = source
    this.changing = false
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

  /** The run that was last begun with what lies here. */
  get begun(): string | null {
    return this.#begun
  }

  set begun(runId: string | null) {
    this.#begun = runId
    this.#keep()
  }

  /** How a request names the held picture. */
  get reference(): InputImage | null {
    const picture = this.#held
    if (!picture) return null
    if (!('runId' in picture)) return { upload_id: picture.uploadId }
    return { run_id: picture.runId, n: picture.n, brought: picture.brought ?? false }
  }

  /** Back from a run to the picture that it began with, its n-th: as it lies here, or as the run keeps it. */
  comeBack(runId: string, n: number): void {
    if (this.#begun !== runId) this.held = { runId, n, brought: true, url: inputPicture(runId, n) }
    this.changing = false
    this.returns = true
  }

  /** For whoever comes next. */
  forget(): void {
    this.#held = null
    this.#source = 'gallery'
    this.#acts = []
    this.#begun = null
    this.changing = false
    this.#keep()
  }

  #keep(): void {
    hold<Kept>('picture', { held: this.#held, source: this.#source, acts: this.#acts, begun: this.#begun })
  }
}

export const picture = new PictureStore()
