/**
 * One look for several pictures: how large, and moved how far. Pure. Places are shares of a pane, from its middle:
 * -0.5 is its left or upper edge, 0.5 its right or lower one.
 */

export interface Look {
  scale: number
  x: number
  y: number
}

export const WHOLE: Look = { scale: 1, x: 0, y: 0 }
export const MOST = 12

/** Larger or smaller by a factor; what lies at a place of the pane stays there. */
export function zoomed(look: Look, factor: number, atX = 0, atY = 0): Look {
  const scale = Math.max(1, Math.min(MOST, look.scale * factor))
  const ratio = scale / look.scale
  return held({ scale, x: atX - (atX - look.x) * ratio, y: atY - (atY - look.y) * ratio })
}

export const moved = (look: Look, byX: number, byY: number): Look => held({ ...look, x: look.x + byX, y: look.y + byY })

/** The picture never leaves its pane. */
function held({ scale, x, y }: Look): Look {
  const room = (scale - 1) / 2
  const within = (value: number): number => Math.max(-room, Math.min(room, value)) + 0
  return { scale, x: within(x), y: within(y) }
}
