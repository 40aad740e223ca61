import { describe, expect, test } from 'vitest'
import type { MediaType, Progress, RunItem, RunMetadata } from '../api/records'
import { emptyRun, isBusy, withEnd, withItem, withProgress, type RunState } from './state'

/** Plays items and progress of one run in order, as its stream brings them. */
class Play {
  state: RunState = emptyRun('run_1')
  #sequence = 0

  item(item_type: RunItem['item_type'], fields: Partial<RunItem> = {}): this {
    this.state = withItem(this.state, makeItem(++this.#sequence, item_type, fields), 1_000 * this.#sequence)
    return this
  }

  progress(progress: Progress, now = 0): this {
    this.state = withProgress(this.state, progress, now)
    return this
  }

  start(metadata: Record<string, unknown> = {}): this {
    return this.item('pipeline_start', { metadata: { schema: 'dada', until: 5, output_configs: [], ...metadata } })
  }

  idea(): this {
    return this.item('user_input_text', { content: 'Ein Wal' }).item('context_prompt', { content: 'Zerschneide' })
  }

  text(): this {
    return this.item('stage1_safety_check', { metadata: { allowed: true } }).item('interception_final', {
      content: 'Wal ein',
      model_used: 'sketchbook:cut_up',
      execution_time: 1.5,
    })
  }

  work(loop: number, media: MediaType = 'image'): this {
    return this.item(`output_${media}` as RunItem['item_type'], {
      media_type: media,
      loop_iteration: loop,
      config_used: 'sketchbook_image',
      metadata: { seed: 7, width: 1024, height: 1024 },
    })
  }
}

function makeItem(sequence: number, item_type: RunItem['item_type'], fields: Partial<RunItem>): RunItem {
  return {
    sequence_number: sequence,
    timestamp: '2026-11-21T10:00:00+00:00',
    stage: 0,
    stage_iteration: null,
    loop_iteration: null,
    media_type: 'text',
    item_type,
    content: null,
    file_path: null,
    file: null,
    config_used: null,
    model_used: null,
    backend_used: null,
    prompt_id: null,
    execution_time: null,
    metadata: {},
    ...fields,
  }
}

const phases = (state: RunState): string[] => Object.values(state.stages).map((stage) => stage.phase)
const endOf = (status: RunMetadata['status'], reason: string | null = null): RunMetadata =>
  ({ status, reason }) as RunMetadata

describe('text first', () => {
  test('stages follow the items', () => {
    const play = new Play().start({ until: 2 }).idea()
    expect(phases(play.state)).toEqual(['now', 'idle', 'idle', 'idle'])
    play.text()
    expect(phases(play.state)).toEqual(['done', 'done', 'idle', 'idle'])
    expect(play.state).toMatchObject({ idea: 'Ein Wal', rules: 'Zerschneide', wording: 'Wal ein', outputs: [] })
    expect(play.state.stages.rewrite).toMatchObject({ seconds: 1.5, model: 'sketchbook:cut_up' })
  })

  test('tokens and thinking are gathered apart until the text is there', () => {
    const play = new Play().start({ until: 2 }).progress({ kind: 'stage', step: 'interception', seconds: 0 })
    play.progress({ kind: 'thinking', text: 'hm' }).progress({ kind: 'token', text: 'Wal ' }).progress({ kind: 'token', text: 'ein' })
    expect(play.state).toMatchObject({ coming: 'Wal ein', thinking: 'hm', tokens: 2 })
    expect(play.text().state.coming).toBe('')
  })

  test('who comes in the middle of a text sees that its beginning is missing', () => {
    const play = new Play().start().progress({ kind: 'token', text: 'Rest' })
    expect(play.state.coming).toBe('… Rest')
  })

  test('a chain keeps every link with its language', () => {
    const play = new Play().start()
    play.item('interception_iteration', { stage_iteration: 1, content: 'baleine', metadata: { language: 'fr' } })
    expect(play.state.links).toEqual([{ n: 1, language: 'fr', text: 'baleine' }])
  })

  test('waiting is not busy', () => {
    const play = new Play().start({ until: 2 }).idea().text()
    expect(isBusy(play.state)).toBe(true)
    expect(isBusy(withEnd(play.state, endOf('waiting')))).toBe(false)
  })
})

test('who works on the text is known from its turn until it is there', () => {
  const play = new Play().start({ until: 2 }).idea().progress({ kind: 'stage', step: 'interception', seconds: 0 })
  expect(play.state.who).toBeNull()
  play.progress({ kind: 'working', model: 'llama3.2' }).progress({ kind: 'thinking', text: 'hm' })
  expect(play.state.who).toBe('llama3.2')
  expect(play.text().state.who).toBeNull()
})

test('who comes in the middle of a text hears whose it is', () => {
  const play = new Play().start().progress({ kind: 'stage', step: 'interception', seconds: 4, model: 'llama3.2' })
  expect(play.state.who).toBe('llama3.2')
})

test('an idea without rules goes on as it is, and is known to', () => {
  const play = new Play().start({ until: 2 }).item('interception_final', { content: 'Ein Wal', metadata: { unchanged: true } })
  expect(play.state).toMatchObject({ wording: 'Ein Wal', unchanged: true })
  expect(play.item('interception_final', { content: 'Wal ein' }).state.unchanged).toBe(false)
})

test('a text that waits says its place until words come', () => {
  const play = new Play().start({ output_configs: ['a'] }).idea()
  play.progress({ kind: 'stage', step: 'interception' })
  play.progress({ kind: 'queue', place: 2, estimate_s: 9 })
  expect(play.state.turn).toEqual({ place: 2, estimateS: 9 })
  play.progress({ kind: 'token', text: 'Ein' })
  expect(play.state.turn).toBeNull()
})

describe('outputs', () => {
  test('those asked for are there from the start, each with its own state', () => {
    const play = new Play().start({ output_configs: ['a', 'b'] }).idea().text()
    play.progress({ kind: 'stage', step: 'translation', loop_iteration: 1, config: 'a' })
    expect(play.state.outputs.map((output) => output.phase)).toEqual(['now', 'waiting'])
    expect(phases(play.state)).toEqual(['done', 'done', 'now', 'idle'])
  })

  test('steps, preview and place in the queue are shown as they come', () => {
    const play = new Play().start({ output_configs: ['a'] }).text()
    play.progress({ kind: 'stage', step: 'media_generation', loop_iteration: 1, seconds: 2 }, 10_000)
    play.progress({ kind: 'queue', place: 3, estimate_s: 20, loop_iteration: 1 })
    expect(play.state.outputs[0]).toMatchObject({ place: 3, estimateS: 20, since: 8_000 })
    play.progress({ kind: 'step', value: 4, total: 20, loop_iteration: 1 })
    play.progress({ kind: 'preview', preview: 'data:image/jpeg;base64,xx', loop_iteration: 1 })
    expect(play.state.outputs[0]).toMatchObject({ value: 4, total: 20, place: null, preview: 'data:image/jpeg;base64,xx' })
  })

  test('works get the address of their place among those of their medium', () => {
    const play = new Play().start({ output_configs: ['a', 'b', 'c'] }).text().work(1).work(2, 'music').work(3)
    const files = play.state.outputs.flatMap((output) => output.files)
    expect(files.map((file) => file.url)).toEqual([
      '/api/media/image/run_1/1',
      '/api/media/music/run_1/1',
      '/api/media/image/run_1/2',
    ])
    expect(files.map((file) => file.position)).toEqual([1, 2, 3])
    expect(play.state.stages.make.phase).toBe('done')
  })

  test('one that fails or is blocked does not touch the others', () => {
    const play = new Play().start({ output_configs: ['a', 'b', 'c'] }).text()
    play.item('output_error', { loop_iteration: 1, content: 'no memory' })
    play.item('stage3_blocked', { loop_iteration: 2, content: '{"allowed": false}', metadata: { category: 'age' } })
    play.work(3)
    expect(play.state.outputs.map((output) => output.phase)).toEqual(['failed', 'blocked', 'done'])
    expect(play.state.outputs.map((output) => output.reason)).toEqual(['no memory', null, null])
  })

  test('late progress does not wake an output that is done', () => {
    const play = new Play().start({ output_configs: ['a'] }).text().work(1)
    play.progress({ kind: 'step', value: 1, total: 2, loop_iteration: 1 })
    expect(play.state.outputs[0]!.phase).toBe('done')
  })

  test('a picture that could not be saved says so', () => {
    const play = new Play().start({ output_configs: ['a'] })
    play.item('output_image', { loop_iteration: 1, media_type: 'image', metadata: { not_saved: 'disk full' } })
    expect(play.state.outputs[0]!.files[0]!.notSaved).toBe('disk full')
  })
})

describe('going on with a run', () => {
  const continues = { continues: true, output_configs: ['a'], until: 5 }

  test('the text stays, the gate is passed again, new outputs are added', () => {
    const play = new Play().start({ until: 2 }).idea().text().start(continues)
    expect(phases(play.state)).toEqual(['now', 'done', 'idle', 'idle'])
    play.item('user_edit', { content: 'Wal!', metadata: { entity_type: 'interception' } })
    play.item('stage1_safety_check', { metadata: { allowed: true } }).work(1)
    expect(phases(play.state)).toEqual(['done', 'done', 'done', 'done'])
    expect(play.state).toMatchObject({ written: 'Wal ein', wording: 'Wal!' })
  })

  test('again adds a second work and keeps the first', () => {
    const play = new Play().start({ output_configs: ['a'] }).text().work(1).item('pipeline_complete')
    play.start({ continues: true, output_configs: ['a', 'a'] })
    expect(play.state.outputs.map((output) => [output.loop, output.pass, output.phase])).toEqual([
      [1, 1, 'done'],
      [2, 2, 'waiting'],
    ])
  })

  test('positions that a stopped pass never used go to the next one', () => {
    const play = new Play().start({ output_configs: ['a', 'b'] }).text().item('pipeline_cancelled')
    expect(play.state.outputs.map((output) => output.phase)).toEqual(['cancelled', 'cancelled'])
    play.start({ continues: true, output_configs: ['a', 'b', 'c'] })
    expect(play.state.outputs.map((output) => [output.loop, output.config])).toEqual([[1, 'c']])
  })
})

describe('ends', () => {
  test('blocked at the gate: the stage stops, the sentence comes from the end', () => {
    const play = new Play().start().item('stage1_blocked', { content: '{}', metadata: { allowed: false, category: 'age' } })
    play.item('pipeline_complete', { metadata: { status: 'blocked', reason: 'Schreib es um.' } })
    expect(play.state).toMatchObject({ status: 'blocked', reason: 'Schreib es um.', category: 'age' })
    expect(play.state.stages.gate.phase).toBe('stopped')
  })

  test('a rewritten text that may not pass makes no output', () => {
    const play = new Play().start({ until: 2 }).text().item('stage3_blocked', { metadata: { category: 'age' } })
    expect(play.state.outputs).toEqual([])
    expect(play.state.stages.rewrite.phase).toBe('stopped')
  })

  test('failed: what was running is stopped, the reason is kept', () => {
    const play = new Play().start({ output_configs: ['a'] }).item('pipeline_error', { content: 'away' })
    expect(play.state).toMatchObject({ status: 'failed', reason: 'away' })
    expect(play.state.stages.gate.phase).toBe('stopped')
    expect(play.state.outputs).toEqual([])
  })

  test('items that come twice change nothing', () => {
    const play = new Play().start({ output_configs: ['a'] }).text().work(1)
    expect(withItem(play.state, makeItem(2, 'pipeline_error', {}), 0)).toBe(play.state)
  })
})
