/** Which outputs can be asked for with a picture to begin with, or without one. Pure. */
import type { OutputConfig } from '../api/records'

/** `none`: there is no picture; `may`: there is one; `must`: only what begins with it. */
export type WithPicture = 'none' | 'may' | 'must'

export function fits(output: Pick<OutputConfig, 'takes_picture' | 'needs_picture'>, picture: WithPicture): boolean {
  if (picture === 'none') return !output.needs_picture
  return picture === 'may' || output.takes_picture
}
