/** Store: all that is known of one run, live while it runs. Of a damaged or older one: what there is, and what is not. */
import { getStatus, Problem } from '../api/client'
import { EventStream } from '../api/events'
import type { Lineage, RunItem, WholeRun } from '../api/records'
import { getHistory, getLineage, getWholeRun } from '../api/story'
import { sayProblem } from '../shell/problems'

/** How often a run that waits for its person is asked whether it went on. */
const ASK_MS = 3_000

class StoryStore {
  run = $state.raw<WholeRun | null>(null)
  items = $state.raw<readonly RunItem[]>([])
  lineage = $state.raw<Lineage | null>(null)
  trouble = $state('')
  live = $state(false)
  #runId = ''
  #again: ReturnType<typeof setTimeout> | undefined
  #stream: EventStream | null = null

  async open(runId: string): Promise<void> {
    this.close()
    this.#runId = runId
    await this.#read(runId)
  }

  close(): void {
    this.#stream?.close()
    this.#stream = null
    clearTimeout(this.#again)
    this.#runId = ''
    this.run = null
    this.items = []
    this.lineage = null
    this.live = false
    this.trouble = ''
  }

  async #read(runId: string): Promise<void> {
    await this.#try(async () => {
      const [run, history, lineage] = await Promise.all([getWholeRun(runId), getHistory(runId), getLineage(runId)])
      if (this.#runId !== runId) return
      this.run = run
      this.items = history.items
      this.lineage = lineage
      this.trouble = ''
    })
    if (this.#runId === runId) this.#goOn(runId)
  }

  /** A run that is at work is followed. One that waits for its person tells nothing: whether it went on is asked. */
  #goOn(runId: string): void {
    const status = this.run?.metadata.status
    if (status === 'running') this.#follow(runId)
    else if (status === 'waiting') this.#again = setTimeout(() => void this.#askWhetherItWentOn(runId), ASK_MS)
  }

  async #askWhetherItWentOn(runId: string): Promise<void> {
    try {
      const { status, items_count } = await getStatus(runId)
      if (this.#runId !== runId) return
      if (status !== 'waiting' || items_count > this.items.length) return await this.#read(runId)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
    }
    this.#goOn(runId)
  }

  #follow(runId: string): void {
    const last = this.items.at(-1)?.sequence_number ?? 0
    this.#stream?.close()
    this.#stream = new EventStream(`/api/pipeline/${runId}/stream`, {
      lastEventId: String(last),
      onEvent: (event) => {
        if (event.name === 'item') this.#add(JSON.parse(event.data) as RunItem)
        if (event.name === 'end') void this.#end(runId)
        if (event.name === 'reset') void this.open(runId)
      },
      onState: (state) => {
        this.live = state === 'live'
      },
    })
  }

  #add(item: RunItem): void {
    if (item.sequence_number <= (this.items.at(-1)?.sequence_number ?? 0)) return
    this.items = [...this.items, item]
    if (item.item_type.startsWith('output_')) void this.#look()
  }

  async #end(runId: string): Promise<void> {
    this.#stream?.close()
    this.#stream = null
    if (this.#runId === runId) await this.#read(runId)
  }

  async #look(): Promise<void> {
    const runId = this.#runId
    await this.#try(async () => {
      const run = await getWholeRun(runId)
      if (this.#runId === runId) this.run = run
    })
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.trouble = sayProblem(error)
    }
  }
}

export const story = new StoryStore()
