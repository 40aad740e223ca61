/** Something that the server does for a while, and how far it is: asked every second while somebody looks. */
import { onMount } from 'svelte'
import { poll } from './poll'
import { teacher } from './teacher.svelte'

export class Errand<T> {
  known = $state.raw<T | null>(null)

  /** To be made while a component is set up: it asks for as long as that is there. */
  constructor(
    ask: () => Promise<T>,
    private readonly start: () => Promise<T>,
  ) {
    onMount(() =>
      poll(async () => {
        this.known = await ask()
      }, 1_000),
    )
  }

  async begin(): Promise<void> {
    try {
      this.known = await this.start()
    } catch (error) {
      await teacher.noticed(error)
    }
  }
}
