// A page's streams, made in the page: a run that writes, draws and finishes pictures one after the other, and a gallery
// to which works come. Settings are in `window.bench`: run, begin, previews (data URIs), finished (items as text), and
// how many tokens, previews, works and finished pictures a second. What is sent is put into bytes beforehand: that is
// a server's work.
const asked = window.fetch
const bench = window.bench
const text = new TextEncoder()
const KIND = { headers: { 'Content-Type': 'text/event-stream' } }
bench.sent = 0

const opened = (begin) => Promise.resolve(new Response(new ReadableStream({ start: begin }), KIND))

window.fetch = (address, options) => {
  const path = String(address)
  if (path.includes('/api/gallery/stream')) {
    return opened((stream) => {
      bench.gallery = stream
    })
  }
  if (path.includes(`${bench.run}/stream`)) {
    return opened((stream) => {
      bench.making = stream
      stream.enqueue(text.encode(bench.begin))
    })
  }
  return asked(address, options)
}

const bytesOf = (name, data, id) =>
  text.encode(`${id ? `id: ${id}\n` : ''}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)

const send = (stream, bytes) => {
  bench.sent += 1
  stream.enqueue(bytes)
}

const times = (count, make) => Array.from({ length: count }, (_, n) => make(n))

const WORDS = ['Ein ', 'Wal ', 'schwimmt ', 'durch ', 'die ', 'Schule. ']
const TOGETHER = 2
const STEPS = 20

const at = (loop) => ({ stage: 4, step: 'media_generation', loop_iteration: loop, config: 'sketchbook_image' })

/** Sends `make(n)`, n = 0, 1, 2 ..., so many times a second. */
function often(perSecond, make) {
  let n = 0
  setInterval(() => make(n++), 1000 / perSecond)
}

bench.go = (works) => {
  const loops = bench.finished.length
  const tokens = WORDS.map((word) => bytesOf('progress', { kind: 'token', stage: 2, text: word }))
  const steps = times(loops, (n) => times(STEPS, (value) => bytesOf('progress', { ...at(n + 1), kind: 'step', value, total: STEPS })))
  const previews = times(loops, (n) => bench.previews.map((preview) => bytesOf('progress', { ...at(n + 1), kind: 'preview', preview })))
  const finished = bench.finished.map((item) => text.encode(item))
  const now = Date.now()
  const arriving = times(60 * bench.works, (n) => {
    const timestamp = new Date(now + n * (1000 / bench.works)).toISOString()
    return bytesOf('added', { ...works[n % works.length], n: n + 3, timestamp }, `bench-${n}`)
  })
  let done = 0
  often(bench.tokens, (n) => send(bench.making, tokens[n % tokens.length]))
  often(bench.previews_a_second, (n) => {
    for (const loop of times(TOGETHER, (next) => done + next).filter((loop) => loop < loops)) {
      send(bench.making, steps[loop][n % STEPS])
      send(bench.making, previews[loop][n % bench.previews.length])
    }
  })
  often(bench.finished_a_second, (n) => {
    if (n >= loops) return
    send(bench.making, finished[n])
    done = n + 1
  })
  often(bench.works, (n) => send(bench.gallery, arriving[n % arriving.length]))
}
