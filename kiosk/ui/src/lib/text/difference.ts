/** What changed between two wordings, word by word. */
import { diffWordsWithSpace } from 'diff'

export interface Piece {
  text: string
  change: 'same' | 'gone' | 'new'
}

/** Longer texts are compared as wholes, so that the page never stops. In characters. */
const MOST = 12_000

export function difference(before: string, after: string): Piece[] {
  if (before.length + after.length > MOST) {
    return before === after
      ? [{ text: before, change: 'same' }]
      : [
          { text: before, change: 'gone' },
          { text: after, change: 'new' },
        ]
  }
  return diffWordsWithSpace(before, after).map((part) => ({
    text: part.value,
    change: part.added ? 'new' : part.removed ? 'gone' : 'same',
  }))
}

/** How much of `after` is new, from 0 to 1, by characters that are not spaces. */
export function share(pieces: readonly Piece[]): number {
  const size = (wanted: Piece['change'][]): number =>
    pieces.filter((piece) => wanted.includes(piece.change)).reduce((sum, piece) => sum + piece.text.replace(/\s/g, '').length, 0)
  const all = size(['same', 'new'])
  return all === 0 ? 0 : size(['new']) / all
}
