// A page's streams, made in the page: a run that writes and draws, and a gallery to which works come. Settings are in
// `window.bench`: run, begin, pixel, and how many tokens, previews and works a second.
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

const send = (stream, name, data, id) => {
  bench.sent += 1
  stream.enqueue(text.encode(`${id ? `id: ${id}\n` : ''}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`))
}

const WORDS = ['Ein ', 'Wal ', 'schwimmt ', 'durch ', 'die ', 'Schule. ']

bench.go = (works) => {
  let n = 0
  setInterval(() => {
    n += 1
    send(bench.making, 'progress', { kind: 'token', stage: 2, text: WORDS[n % WORDS.length] })
  }, 1000 / bench.tokens)
  setInterval(() => {
    for (const loop of [1, 2]) {
      const at = { stage: 4, step: 'media_generation', loop_iteration: loop, config: 'sketchbook_image' }
      send(bench.making, 'progress', { ...at, kind: 'step', value: n % 20, total: 20 })
      send(bench.making, 'progress', { ...at, kind: 'preview', preview: bench.pixel })
    }
  }, 1000 / bench.previews)
  setInterval(() => {
    const work = works[n % works.length]
    send(bench.gallery, 'added', { ...work, n: n + 2, timestamp: new Date().toISOString() }, `bench-${n}`)
  }, 1000 / bench.works)
}
