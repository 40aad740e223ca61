/** The pictures of a run as works of the gallery, so that they can lie side by side. Pure. */
import type { GalleryItem } from '../api/records'
import type { RunState } from './state'

/** Finished pictures, newest first. */
export function picturesOf(run: RunState): GalleryItem[] {
  return run.outputs
    .filter((output) => output.phase === 'done')
    .flatMap((output) => output.files.map((file) => ({ config: output.config, file })))
    .filter(({ file }) => file.mediaType === 'image')
    .sort((a, b) => b.file.n - a.file.n)
    .map(({ config, file }) => ({
      config,
      device_id: null,
      duration_s: null,
      execution_id: null,
      favorite: false,
      height: file.height,
      input_text: run.wording ?? run.idea,
      media_type: 'image',
      mime_type: file.mimeType,
      n: file.n,
      run_id: run.runId,
      schema: run.lens,
      seed: file.seed,
      session_id: '',
      thumb_url: null,
      timestamp: '',
      url: file.url,
      user_id: '',
      wall: false,
      width: file.width,
    }))
}
