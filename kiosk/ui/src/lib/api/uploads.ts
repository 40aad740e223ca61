/** Brings a picture to the kiosk, where it is kept for an hour for this device alone. */
import { ask } from './client'
import type { Upload } from './records'

export function bringPicture(file: Blob): Promise<Upload> {
  const form = new FormData()
  form.append('picture', file, 'picture.png')
  return ask('POST', '/api/uploads', form)
}
