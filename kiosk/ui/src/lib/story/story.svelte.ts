/** Store: all that is known of one run, live while it runs. Of a damaged or older one: what there is, and what is not. */
import { Problem } from '../api/client'
import { EventStream } from '../api/events'
import type { Lineage, RunItem, WholeRun } from '../api/records'
import { getHistory, getLineage, getWholeRun } from '../api/story'
import { sayProblem } from '../shell/problems'

class StoryStore {
  run = $state.raw<WholeRun | null>(null)
  items = $state.raw<readonly RunItem[]>([])
  lineage = $state.raw<Lineage | null>(null)
  trouble = $state('')
  live = $state(false)
  #runId = ''
  #stream: EventStream | null = null

  async open(runId: string): Promise<void> {
    this.close()
    this.#runId = runId
    await this.#try(async () => {
      const [run, history, lineage] = await Promise.all([getWholeRun(runId), getHistory(runId), getLineage(runId)])
      if (this.#runId !== runId) return
      this.run = run
      this.items = history.items
      this.lineage = lineage
      if (run.metadata.status === 'running') this.#follow(runId)
    })
  }

  close(): void {
    this.#stream?.close()
    this.#stream = null
    this.#runId = ''
    this.run = null
    this.items = []
    this.lineage = null
    this.live = false
    this.trouble = ''
  }

  #follow(runId: string): void {
    const last = this.items.at(-1)?.sequence_number ?? 0
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
    if (this.#runId === runId) await this.#look()
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
