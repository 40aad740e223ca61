/** Asks again and again while somebody looks: at once, then every `everyMs`; rests while the page is hidden. */
import { teacher } from './teacher.svelte'

export function poll(work: () => Promise<void>, everyMs: number): () => void {
  let stopped = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const turn = async (): Promise<void> => {
    try {
      if (!document.hidden) {
        await work()
        teacher.behind = false
      }
    } catch (error) {
      teacher.behind = true
      await teacher.noticed(error)
    }
    if (!stopped) timer = setTimeout(() => void turn(), everyMs)
  }
  void turn()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
