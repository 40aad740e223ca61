/** Store: packages that leave on a drive, what comes in from one, and the drives, live. */
import { ask, Problem } from '../api/client'
import { EventStream } from '../api/events'
import type { components } from '../api/types'
import { newestFirst } from './packages'
import { teacher } from './teacher.svelte'

type Schemas = components['schemas']

export type Export = Required<Schemas['Export']>
export type Import = Required<Schemas['Import']>
export type Drive = Schemas['Drive']
export type ExportRequest = Partial<Schemas['ExportRequest']> & { target: string }

class ExportsStore {
  all = $state.raw<readonly Export[]>([])
  imports = $state.raw<readonly Import[]>([])
  drives = $state.raw<readonly Drive[] | null>(null)
  problem = $state('')
  /** How a drive was made safe to pull, by its id. */
  ejected = $state<Record<string, string>>({})

  /** Follow while somebody looks; returns how to stop. */
  follow(): () => void {
    const stream = new EventStream('/api/exports/stream', {
      onEvent: ({ name, data }) => this.#take(name, data),
      onState: (state) => {
        if (state === 'denied') void teacher.noticed(new Problem(403, 'not_yours'))
      },
    })
    return () => stream.close()
  }

  begin = (request: ExportRequest): Promise<boolean> => this.#attempt(() => ask('POST', '/api/exports', request))
  pause = (id: string): Promise<boolean> => this.#attempt(() => ask('POST', `/api/exports/${id}/pause`))
  resume = (id: string, target?: string): Promise<boolean> =>
    this.#attempt(() => ask('POST', `/api/exports/${id}/resume`, { target: target ?? null }))
  cancel = (id: string): Promise<boolean> => this.#attempt(() => ask('POST', `/api/exports/${id}/cancel`))

  bringIn = (source: string): Promise<boolean> => this.#attempt(() => ask('POST', '/api/imports', { source }))
  cancelImport = (id: string): Promise<boolean> => this.#attempt(() => ask('POST', `/api/imports/${id}/cancel`))

  eject = (drive: string): Promise<boolean> =>
    this.#attempt(async () => {
      const { how } = await ask<Schemas['Ejected']>('POST', `/api/exports/drives/${drive}/eject`)
      this.ejected = { ...this.ejected, [drive]: how }
    })

  #take(name: string, data: string): void {
    if (name === 'drives') this.drives = (JSON.parse(data) as Schemas['DriveList']).drives
    if (name === 'export') this.all = newestFirst(this.all, JSON.parse(data) as Export)
    if (name === 'import') this.imports = newestFirst(this.imports, JSON.parse(data) as Import)
  }

  async #attempt(work: () => Promise<unknown>): Promise<boolean> {
    this.problem = ''
    try {
      await work()
      return true
    } catch (error) {
      this.problem = await teacher.noticed(error)
      return false
    }
  }
}

export const exports = new ExportsStore()
