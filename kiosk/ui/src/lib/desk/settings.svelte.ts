/** Store: all settings, as the server has them; a change is saved at once and can be taken back. */
import { session } from '../session/session.svelte'
import { Problem } from '../api/client'
import { say } from '../i18n/i18n.svelte'
import { changeSettings, getSettings, type Setting } from './api'
import { teacher } from './teacher.svelte'

class SettingsStore {
  all = $state.raw<readonly Setting[]>([])
  /** Why the last change of a setting was refused, by its name. */
  problems = $state<Record<string, string>>({})
  /** What was changed last, for a note; `before` takes it back. */
  saved = $state.raw<{ names: string[]; before: Record<string, unknown> } | null>(null)

  async load(): Promise<void> {
    try {
      this.all = await getSettings()
    } catch (error) {
      await teacher.noticed(error)
    }
  }

  one(name: string): Setting | undefined {
    return this.all.find((setting) => setting.name === name)
  }

  value<T>(name: string): T | undefined {
    return this.one(name)?.value as T | undefined
  }

  /** Whether it was taken; if not, `problems` says why. */
  async change(changes: Record<string, unknown>): Promise<boolean> {
    const names = Object.keys(changes)
    const before = Object.fromEntries(names.map((name) => [name, this.value(name)]))
    this.problems = Object.fromEntries(Object.entries(this.problems).filter(([name]) => !names.includes(name)))
    try {
      this.all = await changeSettings(changes)
      this.saved = { names, before }
      await session.enter()
      return true
    } catch (error) {
      const told = await teacher.noticed(error)
      // What the file's reader says of a value is meant for whoever writes the file.
      const plain = error instanceof Problem && error.code === 'bad_field' ? say('desk.set.refused') : told
      for (const name of names) this.problems[name] = plain
      return false
    }
  }

  async undo(): Promise<void> {
    const last = this.saved
    if (last && (await this.change(last.before))) this.saved = null
  }
}

export const settings = new SettingsStore()
