/** Store: the picture that the image studio begins with. The gallery puts one here and opens that room. */

export interface HeldPicture {
  runId: string
  /** n-th picture of that run, from 1. */
  n: number
  url: string
}

class PictureStore {
  held = $state.raw<HeldPicture | null>(null)
}

export const picture = new PictureStore()
