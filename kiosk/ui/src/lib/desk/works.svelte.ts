/** Store: works as the teacher sees them: shown, hidden, blocked, thrown away; each act can be taken back. */
import type { GalleryItem } from '../api/records'
import { emptyTrash, getBlocked, getTrash, getWorks, putBack, show, throwAway, type BlockedRun, type Receipt, type Trashed } from './api'
import { keyOf } from '../gallery/works'
import { isOther } from './shelf'
import { teacher } from './teacher.svelte'

export type Shelf = 'shown' | 'hidden' | 'blocked' | 'trash'

export const SHELVES: readonly Shelf[] = ['shown', 'hidden', 'blocked', 'trash']

export interface Done {
  what: 'hidden' | 'shown' | 'thrown' | 'back'
  undo: () => Promise<unknown>
}

const runOf = (run: { run_id: string }): string => run.run_id

/** What stands first on a shelf now, by keys. */
async function firstOf(shelf: Shelf): Promise<string[]> {
  if (shelf === 'trash') return (await getTrash()).map(runOf)
  if (shelf === 'blocked') return (await getBlocked()).map(({ run }) => runOf(run))
  return (await getWorks(shelf === 'hidden', null)).items.map(keyOf)
}

class WorksStore {
  shelf = $state<Shelf>('shown')
  works = $state.raw<readonly GalleryItem[]>([])
  blocked = $state.raw<readonly BlockedRun[]>([])
  trash = $state.raw<readonly Trashed[]>([])
  next = $state.raw<string | null>(null)
  loaded = $state(false)
  /** Others have changed the shelf since it was read; it is shown anew when the teacher says so. */
  changed = $state(false)
  done = $state.raw<Done | null>(null)
  receipt = $state.raw<Receipt | null>(null)
  problem = $state('')
  #reads = 0

  async open(shelf: Shelf): Promise<void> {
    this.shelf = shelf
    this.loaded = false
    this.works = []
    this.next = null
    await this.load()
  }

  async load(): Promise<void> {
    await this.#attempt(async () => {
      this.#reads++
      if (this.shelf === 'trash') this.trash = await getTrash()
      else if (this.shelf === 'blocked') this.blocked = await getBlocked()
      else {
        const page = await getWorks(this.shelf === 'hidden', null)
        this.works = page.items
        this.next = page.next
      }
      this.#reads++
      this.loaded = true
      this.changed = false
    })
  }

  /** Looks whether others have changed the shelf. Raises `Problem`. */
  async look(): Promise<void> {
    const reads = this.#reads
    const now = await firstOf(this.shelf)
    const known = this.shelf === 'trash' ? this.trash.map(runOf) : this.shelf === 'blocked' ? this.blocked.map(({ run }) => runOf(run)) : this.works.map(keyOf)
    if (this.loaded && reads === this.#reads) this.changed = isOther(known, now, this.next !== null)
  }

  async more(): Promise<void> {
    await this.#attempt(async () => {
      const page = await getWorks(this.shelf === 'hidden', this.next)
      this.works = [...this.works, ...page.items]
      this.next = page.next
    })
  }

  hide = (runId: string): Promise<void> => this.#act('hidden', () => show(runId, false), () => show(runId, true))
  show = (runId: string): Promise<void> => this.#act('shown', () => show(runId, true), () => show(runId, false))
  throwAway = (runId: string): Promise<void> => this.#act('thrown', () => throwAway(runId), () => putBack(runId))
  putBack = (runId: string): Promise<void> => this.#act('back', () => putBack(runId), () => throwAway(runId))

  async undo(): Promise<void> {
    const last = this.done
    this.done = null
    if (last) await this.#attempt(last.undo)
    await this.load()
  }

  async empty(): Promise<void> {
    await this.#attempt(async () => {
      this.receipt = await emptyTrash()
      this.done = null
    })
    await this.load()
  }

  async #act(what: Done['what'], act: () => Promise<unknown>, undo: () => Promise<unknown>): Promise<void> {
    await this.#attempt(async () => {
      await act()
      this.done = { what, undo }
    })
    await this.load()
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    this.problem = ''
    try {
      await work()
    } catch (error) {
      this.problem = await teacher.noticed(error)
    }
  }
}

export const works = new WorksStore()
