import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EventStream, type LineState, type StreamEvent } from './events'

/** A server whose connections the test holds in its hands. */
class Line {
  readonly headers: Record<string, string>[] = []
  #writers: ReadableStreamDefaultController<Uint8Array>[] = []
  status = 200

  fetch = (_: unknown, init?: RequestInit): Promise<Response> => {
    this.headers.push(init?.headers as Record<string, string>)
    if (this.status === 0) return Promise.reject(new TypeError('refused'))
    const body = new ReadableStream<Uint8Array>({
      start: (writer) => {
        this.#writers.push(writer)
        init?.signal?.addEventListener('abort', () => writer.error(new DOMException('aborted', 'AbortError')))
      },
    })
    return Promise.resolve(new Response(body, { status: this.status }))
  }

  send(text: string): void {
    this.#writers.at(-1)!.enqueue(new TextEncoder().encode(text))
  }

  cut(): void {
    this.#writers.at(-1)!.close()
  }
}

let line: Line
let events: StreamEvent[]
let states: LineState[]
let stream: EventStream

function open(lastEventId?: string): void {
  stream = new EventStream('/stream', {
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    fetch: line.fetch as typeof fetch,
    ...(lastEventId === undefined ? {} : { lastEventId }),
  })
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
  line = new Line()
  events = []
  states = []
})

afterEach(() => {
  stream.close()
  vi.useRealTimers()
})

test('events come with name, data and id, also when a chunk ends inside one', async () => {
  open()
  await settle()
  line.send('id: 1\nevent: item\ndata: {"a"')
  line.send(':1}\n\n: ping\n\nevent: progress\ndata: {}\n\n')
  await settle()
  expect(events).toEqual([
    { name: 'item', data: '{"a":1}', id: '1' },
    { name: 'progress', data: '{}', id: undefined },
  ])
  expect(states).toEqual(['connecting', 'live'])
})

test('a cut line says so and comes back after the last event that it saw', async () => {
  open()
  await settle()
  line.send('id: 7\nevent: item\ndata: {}\n\n')
  await settle()
  line.cut()
  await settle()
  expect(states.at(-1)).toBe('lost')
  await vi.advanceTimersByTimeAsync(300)
  expect(states.at(-1)).toBe('live')
  expect(line.headers.at(-1)!['Last-Event-ID']).toBe('7')
})

test('a page that was reloaded asks for what follows the id it knows', async () => {
  open('12')
  await settle()
  expect(line.headers[0]!['Last-Event-ID']).toBe('12')
})

test('a server that is away is asked again, more and more seldom, until it is there', async () => {
  line.status = 0
  open()
  await vi.advanceTimersByTimeAsync(300 + 600 + 1_200)
  expect(line.headers).toHaveLength(4)
  expect(states.at(-1)).toBe('lost')
  line.status = 200
  await vi.advanceTimersByTimeAsync(2_500)
  expect(states.at(-1)).toBe('live')
})

test('a line that has gone quiet is not taken for a live one', async () => {
  open()
  await settle()
  await vi.advanceTimersByTimeAsync(34_000)
  expect(states.at(-1)).toBe('live')
  line.send(': ping\n\n')
  await vi.advanceTimersByTimeAsync(34_000)
  expect(states.at(-1)).toBe('live')
  await vi.advanceTimersByTimeAsync(1_001)
  expect(states).toContain('lost')
})

test.each([
  [401, 'denied'],
  [404, 'gone'],
] as const)('%i is final: %s', async (status, state) => {
  line.status = status
  open()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(states.at(-1)).toBe(state)
  expect(line.headers).toHaveLength(1)
})

test('after closing nothing comes any more', async () => {
  open()
  await settle()
  stream.close()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(states.at(-1)).toBe('closed')
  expect(line.headers).toHaveLength(1)
})
