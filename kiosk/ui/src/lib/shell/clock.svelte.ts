/** Store: the present moment in ms, once a second, while somebody reads it. */
import { createSubscriber } from 'svelte/reactivity'

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, 1_000)
  return () => clearInterval(timer)
})

export function nowMs(): number {
  subscribe()
  return Date.now()
}
