/** A picture that somebody brings: made ready, handed to the kiosk, and what to say when that fails. */
import { Problem } from '../api/client'
import { bringPicture } from '../api/uploads'
import { say } from '../i18n/i18n.svelte'
import { sayProblem } from '../shell/problems'
import { prepared } from './board'
import type { BroughtPicture } from './picture.svelte'

/** The picture as the kiosk has it now, or a sentence. */
export async function bring(source: ImageBitmapSource): Promise<BroughtPicture | string> {
  try {
    const { file, preview } = await prepared(source)
    const upload = await bringPicture(file)
    return { uploadId: upload.upload_id, url: preview }
  } catch (error) {
    if (error instanceof Problem) return sayProblem(error)
    if (error instanceof DOMException) return say('image.unreadable')
    throw error
  }
}
