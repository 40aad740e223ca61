import { expect, test } from 'vitest'
import { fits } from './fitting'

const music = { takes_picture: false, needs_picture: false }
const sketchbook = { takes_picture: true, needs_picture: false }
const repaint = { takes_picture: true, needs_picture: true }

test('without a picture, what cannot do without one is not offered', () => {
  expect([music, sketchbook, repaint].map((output) => fits(output, 'none'))).toEqual([true, true, false])
})

test('with a picture everything goes, in the image room only what begins with it', () => {
  expect([music, sketchbook, repaint].map((output) => fits(output, 'may'))).toEqual([true, true, true])
  expect([music, sketchbook, repaint].map((output) => fits(output, 'must'))).toEqual([false, true, true])
})
