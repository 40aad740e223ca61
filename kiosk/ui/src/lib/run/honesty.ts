/** Which machine really took part, as records say it. The sketchbook is a set of procedures, no AI model. */
export const isSketchbook = (backend: string | null | undefined, model: string | null | undefined): boolean =>
  backend === 'sketchbook' || (model ?? '').startsWith('sketchbook')

/** A model's name as it can be said: `hf.co/someone/Llama-3.2-3B:Q4_K_M` is Llama-3.2-3B. */
export const nameOfModel = (model: string): string => model.split('/').at(-1)!.split(':')[0] || model
