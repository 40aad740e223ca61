/** Store: light, dark, or as the system has it. */
import { remember, remembered } from './memory'

export type Theme = 'light' | 'dark' | 'auto'
const THEMES: readonly Theme[] = ['light', 'dark', 'auto']

class ThemeStore {
  chosen = $state<Theme>('auto')

  start(): void {
    const before = remembered('theme') as Theme | null
    this.chosen = before && THEMES.includes(before) ? before : 'auto'
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#apply())
    this.#apply()
  }

  choose(theme: Theme): void {
    this.chosen = theme
    remember('theme', theme)
    this.#apply()
  }

  #apply(): void {
    const dark = this.chosen === 'dark' || (this.chosen === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
  }
}

export const theme = new ThemeStore()
