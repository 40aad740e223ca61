/**
 * Store: what the child has on the table before and while a run goes: idea, lens, rules, chosen outputs.
 * Survives a reload of the window.
 */
import { catalog } from '../lenses/catalog.svelte'
import type { Lens } from '../api/records'
import { fits, type WithPicture } from '../outputs/fitting'
import { held, hold } from '../shell/memory'

interface Kept {
  idea: string
  lensId: string
  rules: string | null
  chosen: string[]
  parent?: string | null
}

export const OWN_RULES = 'user_defined'

class Draft {
  idea = $state('')
  lensId = $state(OWN_RULES)
  /** Rules that the child changed; null while they are the lens's own. */
  ownRules = $state<string | null>(null)
  /** The run that this one is taken up from; null for a fresh sheet. */
  parentRunId = $state<string | null>(null)
  /** Output ids in the order of the cards; one that is wanted twice is there twice. */
  chosen = $state.raw<readonly string[]>([])

  /** Whether the draft from before a reload has been found. */
  ready = $state(false)

  get lens(): Lens | undefined {
    return catalog.lens(this.lensId)
  }

  get rules(): string {
    return this.ownRules ?? this.lens?.rules ?? ''
  }

  /** Whether the child has made the lens's rules their own. */
  get changed(): boolean {
    return this.ownRules !== null && this.ownRules !== (this.lens?.rules ?? '')
  }

  restore(): void {
    const kept = held<Kept>('draft')
    if (kept) {
      this.idea = kept.idea
      this.lensId = kept.lensId
      this.ownRules = kept.rules
      this.chosen = kept.chosen
      this.parentRunId = kept.parent ?? null
    }
    if (!catalog.lens(this.lensId)) this.pick(this.#first())
    this.dropImpossible()
    if (!kept) this.#suggest()
    this.ready = true
  }

  write(idea: string): void {
    this.idea = idea
    this.keep()
  }

  pick(lensId: string): void {
    this.lensId = lensId
    this.ownRules = null
    this.#suggest()
    this.keep()
  }

  rule(rules: string): void {
    this.ownRules = rules === this.lens?.rules ? null : rules
    this.keep()
  }

  /** The words of a run that was made before. */
  take(lensId: string, idea: string, rules: string, parentRunId: string | null = null): void {
    if (catalog.lens(lensId)) this.lensId = lensId
    this.idea = idea
    this.parentRunId = parentRunId
    this.rule(rules)
  }

  /** An empty sheet for whoever comes next; lens and outputs stay. */
  clear(): void {
    this.idea = ''
    this.ownRules = null
    this.parentRunId = null
    this.keep()
  }

  /** The table as whoever comes next finds it. */
  forget(): void {
    this.clear()
    this.chosen = []
    this.pick(this.#first())
  }

  /** What is not offered any more is laid aside; the child's words stay. */
  fit(): void {
    if (!catalog.lens(this.lensId)) this.lensId = this.#first()
    this.dropImpossible()
    this.keep()
  }

  /** Outputs that cannot be made any more are not wanted any more. */
  dropImpossible(): void {
    this.chosen = this.chosen.filter((id) => catalog.output(id)?.available)
  }

  want(outputId: string, times: number): void {
    const timesOf = (id: string): number => (id === outputId ? times : this.times(id))
    this.chosen = catalog.outputs.flatMap(({ id }) => Array.from({ length: timesOf(id) }, () => id))
    this.keep()
  }

  /** The chosen outputs that go with a picture to begin with, or without one. */
  wanted(picture: WithPicture): readonly string[] {
    return this.chosen.filter((id) => {
      const output = catalog.output(id)
      return output && fits(output, picture)
    })
  }

  times(outputId: string): number {
    return this.chosen.filter((id) => id === outputId).length
  }

  keep(): void {
    hold<Kept>('draft', { idea: this.idea, lensId: this.lensId, rules: this.ownRules, chosen: [...this.chosen], parent: this.parentRunId })
  }

  #first(): string {
    return catalog.lens(OWN_RULES)?.id ?? catalog.lenses[0]?.id ?? OWN_RULES
  }

  /** A lens suggests outputs; a choice that the child has made stays. */
  #suggest(): void {
    if (this.chosen.length > 0) return
    this.chosen = (this.lens?.suggested_outputs ?? []).filter((id) => catalog.output(id)?.available)
  }
}

export const draft = new Draft()
