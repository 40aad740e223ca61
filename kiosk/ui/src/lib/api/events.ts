/**
 * One stream of server-sent events that comes back by itself after the last event it saw.
 *
 * `EventSource` hides status codes and comments; this reads the stream with `fetch`, so that a refusal is told
 * from a lost line, and a line that has gone quiet (no ping for `QUIET_MS`) is not taken for a live one.
 */
import { createParser, type EventSourceMessage } from 'eventsource-parser'

export type LineState = 'connecting' | 'live' | 'lost' | 'denied' | 'gone' | 'closed'

export interface StreamEvent {
  name: string
  data: string
  id: string | undefined
}

export interface StreamOptions {
  onEvent: (event: StreamEvent) => void
  onState: (state: LineState) => void
  lastEventId?: string
  fetch?: typeof fetch
}

/** The server pings every 15 s. */
const QUIET_MS = 35_000
const WAITS_MS = [300, 600, 1_200, 2_500, 5_000]

export class EventStream {
  #lastEventId: string | undefined
  #abort = new AbortController()
  #closed = false
  #tries = 0
  #quiet: ReturnType<typeof setTimeout> | undefined
  #wake: (() => void) | undefined

  constructor(
    private readonly url: string,
    private readonly options: StreamOptions,
  ) {
    this.#lastEventId = options.lastEventId
    globalThis.addEventListener?.('online', this.#retryNow)
    void this.#run()
  }

  /** Stop reading; no event comes after this. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    globalThis.removeEventListener?.('online', this.#retryNow)
    clearTimeout(this.#quiet)
    this.#abort.abort()
    this.#wake?.()
    this.options.onState('closed')
  }

  /** Read the history from its beginning at the next connection. */
  forget(): void {
    this.#lastEventId = undefined
  }

  async #run(): Promise<void> {
    this.options.onState('connecting')
    while (!this.#closed) {
      const final = await this.#connect()
      if (this.#closed) return
      if (final) {
        this.#closed = true
        this.options.onState(final)
        return
      }
      this.options.onState('lost')
      await this.#pause()
    }
  }

  /** Reads until the line breaks. Returns a state if coming back is useless. */
  async #connect(): Promise<LineState | null> {
    this.#abort = new AbortController()
    const headers: Record<string, string> = { Accept: 'text/event-stream' }
    if (this.#lastEventId !== undefined) headers['Last-Event-ID'] = this.#lastEventId
    try {
      this.#watch()
      const response = await (this.options.fetch ?? fetch)(this.url, {
        headers,
        cache: 'no-store',
        signal: this.#abort.signal,
      })
      if (response.status === 401 || response.status === 403) return 'denied'
      if (response.status === 404 || response.status === 400) return 'gone'
      if (!response.ok || !response.body) return null
      this.#tries = 0
      this.options.onState('live')
      await this.#read(response.body)
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error
    } finally {
      clearTimeout(this.#quiet)
    }
    return null
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = createParser({ onEvent: (message) => this.#take(message) })
    const decoder = new TextDecoder()
    const reader = body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done || this.#closed) return
      this.#watch()
      parser.feed(decoder.decode(value, { stream: true }))
    }
  }

  #take(message: EventSourceMessage): void {
    if (this.#closed) return
    if (message.id !== undefined) this.#lastEventId = message.id
    this.options.onEvent({ name: message.event ?? 'message', data: message.data, id: message.id })
  }

  #watch(): void {
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(() => this.#abort.abort(), QUIET_MS)
  }

  #pause(): Promise<void> {
    const wait = WAITS_MS[Math.min(this.#tries++, WAITS_MS.length - 1)]!
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #retryNow = (): void => this.#wake?.()
}
