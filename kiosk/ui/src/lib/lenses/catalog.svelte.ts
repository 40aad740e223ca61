/** Store: the lenses and outputs that there are, in the language of the screen. */
import { getLenses, getOutputs } from '../api/client'
import type { Lens, OutputConfig } from '../api/records'

const GROUPS: readonly string[] = ['start', 'art', 'view', 'language', 'photo', 'play']

export interface LensGroup {
  id: string
  lenses: Lens[]
}

class Catalog {
  lenses = $state.raw<readonly Lens[]>([])
  outputs = $state.raw<readonly OutputConfig[]>([])

  /** Known groups in the order of teaching, then a teacher's own by name. */
  get groups(): LensGroup[] {
    const names = [...new Set(this.lenses.map((lens) => lens.group))]
    const place = (group: string): number => (GROUPS.includes(group) ? GROUPS.indexOf(group) : GROUPS.length)
    names.sort((a, b) => place(a) - place(b) || a.localeCompare(b))
    return names.map((id) => ({ id, lenses: this.lenses.filter((lens) => lens.group === id) }))
  }

  async load(language: string): Promise<void> {
    const [lenses, outputs] = await Promise.all([getLenses(language), getOutputs(language)])
    this.lenses = lenses
    this.outputs = outputs
  }

  /** Boxes come and go: what can be made now. */
  async refresh(language: string): Promise<void> {
    this.outputs = await getOutputs(language)
  }

  lens(id: string): Lens | undefined {
    return this.lenses.find((lens) => lens.id === id)
  }

  output(id: string): OutputConfig | undefined {
    return this.outputs.find((output) => output.id === id)
  }
}

export const catalog = new Catalog()
