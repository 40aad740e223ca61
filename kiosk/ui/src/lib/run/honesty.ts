/** Which machine really took part, as records say it. The sketchbook is a set of procedures, no AI model. */
export const isSketchbook = (backend: string | null | undefined, model: string | null | undefined): boolean =>
  backend === 'sketchbook' || (model ?? '').startsWith('sketchbook')
