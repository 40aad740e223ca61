/**
 * Store: the run on the table. Starts it, follows its stream, and lets a person edit, continue and stop it.
 * The state is a fold of the stream (state.ts); what a person types into the text is kept beside it.
 */
import { cancelRun, execute, generate, getStatus, intercept, Problem, recordEdit } from '../api/client'
import { EventStream, type LineState } from '../api/events'
import type { ExecuteRequest, InterceptionRequest, Progress, RunItem, RunMetadata, Started } from '../api/records'
import { session } from '../session/session.svelte'
import { OnceAFrame } from '../shell/frames'
import { held, hold } from '../shell/memory'
import { router } from '../shell/router.svelte'
import { forAFrame, type Arrival } from './arrivals'
import { emptyRun, isBusy, withEnd, withItem, withProgress, type RunState } from './state'

const BUSY_PAUSES_MS = [150, 400, 1_000]

class RunStore {
  state = $state.raw<RunState | null>(null)
  line = $state<LineState>('closed')
  /** The text as the person has it under their hands; null while it is the recorded one. */
  typed = $state<string | null>(null)
  refused = $state.raw<Problem | null>(null)
  /** Where the last thing was asked for: with a new idea, or with the run on the table. */
  asked = $state<'start' | 'table'>('start')
  starting = $state(false)
  #stream: EventStream | null = null
  #pending: Arrival[] = []
  #taking = new OnceAFrame(() => this.#takeIn(forAFrame(this.#pending)))
  #keeping: Promise<void> = Promise.resolve()

  get busy(): boolean {
    return this.starting || (this.state !== null && isBusy(this.state))
  }

  get wording(): string {
    return this.typed ?? this.state?.wording ?? ''
  }

  transform(request: InterceptionRequest): Promise<void> {
    return this.#begin(() => intercept(request))
  }

  wholeWay(request: ExecuteRequest): Promise<void> {
    return this.#begin(() => execute(request))
  }

  /** Stages 3 and 4 with the text as it is on the table now. */
  make(outputs: readonly string[]): Promise<void> {
    const runId = this.state?.runId
    if (!runId) return Promise.resolve()
    return this.#continue(() => generate({ run_id: runId, prompt: this.wording, output_configs: [...outputs] }))
  }

  /** The same words with new dice, or with the dice that are given. `n` is the place of the work in the run, from 1. */
  again(n: number, seed: number | null = null): Promise<void> {
    const runId = this.state?.runId
    if (!runId) return Promise.resolve()
    return this.#continue(() => generate({ run_id: runId, again: { run_id: runId, n }, ...(seed === null ? {} : { seed }) }))
  }

  async cancel(): Promise<void> {
    const runId = this.state?.runId
    this.asked = 'table'
    if (runId) await this.#try(() => cancelRun(runId))
  }

  type(text: string): void {
    this.typed = text === this.state?.wording ? null : text
    hold('typed', this.typed === null ? null : { runId: this.state?.runId, text })
  }

  /** Records what was typed, so that nothing is lost when the window closes. */
  keepEdit(): Promise<void> {
    // One after the other: a run takes one change at a time.
    this.#keeping = this.#keeping.then(() => this.#keep())
    return this.#keeping
  }

  async #keep(): Promise<void> {
    const { state, typed } = this
    if (!state || typed === null || !typed.trim() || this.busy) return
    this.asked = 'table'
    const item = await this.#whenFree(() => recordEdit(state.runId, { entity_type: 'interception', text: typed }))
    if (!item || this.state?.runId !== state.runId) return
    this.state = withItem(this.state, item, Date.now())
    if (this.typed !== null) this.type(this.typed)
  }

  /** Puts a run on the table that exists already, after a reload or from the gallery. */
  async open(runId: string): Promise<void> {
    if (this.state?.runId === runId) return
    this.leave()
    try {
      const metadata = await getStatus(runId)
      this.state = { ...emptyRun(metadata.run_id), lens: metadata.schema }
      const typed = held<{ runId: string; text: string }>('typed')
      this.typed = typed?.runId === metadata.run_id ? typed.text : null
      this.#follow(metadata.run_id)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.refused = error
      router.mend({ runId: null })
    }
  }

  /** Clears the table; the run goes on, and is on the disk. */
  leave(): void {
    this.#stop()
    this.state = null
    this.typed = null
    this.refused = null
    this.line = 'closed'
  }

  async #begin(start: () => Promise<Started>): Promise<void> {
    this.starting = true
    this.asked = 'start'
    this.refused = null
    const started = await this.#try(start)
    this.starting = false
    if (!started) return
    this.leave()
    hold('typed', null)
    this.state = { ...emptyRun(started.run_id), status: 'running' }
    router.mend({ runId: started.run_id })
    this.#follow(started.run_id)
  }

  async #continue(start: () => Promise<Started>): Promise<void> {
    this.starting = true
    this.asked = 'table'
    this.refused = null
    await this.#keeping
    const started = await this.#whenFree(start)
    this.starting = false
    if (!started || !this.state) return
    if (started.run_id !== this.state.runId) return this.open(started.run_id)
    this.state = { ...this.state, status: 'running', reason: null }
    this.#follow(started.run_id)
  }

  /** A run that has just ended may still be putting its things away: asked again, a few times. */
  async #whenFree<T>(work: () => Promise<T>): Promise<T | null> {
    for (const pause of BUSY_PAUSES_MS) {
      const answer = await this.#try(work)
      if (answer !== null || this.refused?.code !== 'run_busy') return answer
      this.refused = null
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
    return this.#try(work)
  }

  async #try<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.status === 401) session.shut()
      this.refused = error
      return null
    }
  }

  #follow(runId: string): void {
    this.#stop()
    const last = this.state?.lastSequence ?? 0
    this.#stream = new EventStream(`/api/pipeline/${runId}/stream`, {
      ...(last > 0 ? { lastEventId: String(last) } : {}),
      onEvent: (event) => this.#take(event.name, event.data),
      onState: (state) => this.#lineIs(state),
    })
  }

  #stop(): void {
    this.#stream?.close()
    this.#stream = null
    this.#taking.cancel()
    this.#pending = []
  }

  #lineIs(state: LineState): void {
    if (state === 'denied') session.shut()
    if (state === 'gone') this.refused = new Problem(404, 'unknown_run')
    this.line = state
  }

  /** Words and steps come faster than a screen: what comes is taken in together, once a frame. */
  #take(name: string, data: string): void {
    if (!this.state) return
    const now = Date.now()
    if (name === 'progress') {
      const progress = JSON.parse(data) as Progress
      this.#later({ change: (state) => withProgress(state, progress, now), words: progress.kind === 'token' })
    } else if (name === 'item') {
      const item = JSON.parse(data) as RunItem
      this.#later({ change: (state) => withItem(state, item, now), words: false })
    } else {
      this.#takeIn(this.#pending.length)
      if (name === 'reset') this.#startOver()
      if (name === 'end') this.#end(JSON.parse(data) as RunMetadata)
    }
  }

  #later(arrival: Arrival): void {
    this.#pending.push(arrival)
    this.#taking.ask()
  }

  #takeIn(count: number): void {
    const taken = this.#pending.slice(0, count)
    this.#pending = this.#pending.slice(count)
    if (!this.state) return
    this.state = taken.reduce((state, { change }) => change(state), this.state)
    if (this.typed !== null && this.typed === this.state.wording) this.typed = null
    if (this.#pending.length > 0) this.#taking.ask()
  }

  #startOver(): void {
    if (!this.state) return
    this.state = emptyRun(this.state.runId)
    this.#stream?.forget()
  }

  #end(metadata: RunMetadata): void {
    if (this.state) this.state = withEnd(this.state, metadata)
    this.#stop()
  }
}

export const run = new RunStore()
