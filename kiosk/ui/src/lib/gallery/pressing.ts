/** A long press, by finger or mouse: what was meant by it is done once, and the click that follows is not heard. */
import type { Action } from 'svelte/action'

const LONG_MS = 500
const STILL_PX = 10

export const pressing: Action<HTMLElement, (target: Element) => void> = (node, act) => {
  let done = act
  let timer: ReturnType<typeof setTimeout> | undefined
  let from: PointerEvent | null = null
  let heard = false

  const cancel = (): void => clearTimeout(timer)
  const down = (event: PointerEvent): void => {
    cancel()
    heard = false
    if (!event.isPrimary || event.button !== 0) return
    from = event
    timer = setTimeout(() => {
      heard = true
      done(event.target as Element)
    }, LONG_MS)
  }
  const move = (event: PointerEvent): void => {
    if (from && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > STILL_PX) cancel()
  }
  const click = (event: Event): void => {
    if (!heard) return
    heard = false
    event.preventDefault()
    event.stopImmediatePropagation()
  }

  node.addEventListener('pointerdown', down)
  node.addEventListener('pointermove', move)
  for (const name of ['pointerup', 'pointercancel', 'scroll'] as const) node.addEventListener(name, cancel)
  node.addEventListener('click', click, { capture: true })
  return {
    update: (next) => {
      done = next
    },
    destroy: () => {
      cancel()
      node.removeEventListener('pointerdown', down)
      node.removeEventListener('pointermove', move)
      for (const name of ['pointerup', 'pointercancel', 'scroll'] as const) node.removeEventListener(name, cancel)
      node.removeEventListener('click', click, { capture: true })
    },
  }
}
