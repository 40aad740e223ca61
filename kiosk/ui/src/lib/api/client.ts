/**
 * Asks the server. Every refusal becomes a `Problem` with the facts in fields; what it means for a person is
 * said where it is shown. Knows no screen.
 */
import type {
  EditRequest,
  ExecuteRequest,
  GalleryPage,
  GenerationRequest,
  HealthSign,
  InterceptionRequest,
  Lens,
  MediaInfo,
  OutputConfig,
  Refusal,
  RunItem,
  RunMetadata,
  Session,
  SessionChange,
  Started,
} from './records'

/**
 * The server refused (`status` is the HTTP one, `detail` a sentence in the asked language), or could not be
 * reached (`status` 0).
 */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string = '',
    /** Seconds to wait before another try, where the server says so. */
    readonly waitS: number | null = null,
  ) {
    super(`${status} ${code} ${detail}`)
  }

  get unreachable(): boolean {
    return this.status === 0
  }
}

let language = 'de'

/** In which language the server should answer. */
export function answerIn(tag: string): void {
  language = tag
}

export const getSession = (): Promise<Session> => ask('GET', '/api/session')

/** The teacher is a child's device again. */
export const leaveDesk = (): Promise<Session> => ask('POST', '/api/teacher/logout')

export const changeSession = (change: SessionChange): Promise<Session> => ask('PATCH', '/api/session', change)

export const getSigns = async (): Promise<HealthSign[]> =>
  (await ask<{ signs: HealthSign[] }>('GET', '/api/health/signs')).signs

export const getLenses = async (tag: string): Promise<Lens[]> =>
  (await ask<{ lenses: Lens[] }>('GET', `/api/lenses?language=${encodeURIComponent(tag)}`)).lenses

export const getOutputs = async (tag: string): Promise<OutputConfig[]> =>
  (await ask<{ outputs: OutputConfig[] }>('GET', `/api/outputs?language=${encodeURIComponent(tag)}`)).outputs

export const getSentences = (tag: string): Promise<Record<string, string>> =>
  ask('GET', `/i18n/${encodeURIComponent(tag)}.json`)

export const getGallery = (cursor: string | null): Promise<GalleryPage> =>
  ask('GET', '/api/gallery' + (cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''))

export const getStatus = (runId: string): Promise<RunMetadata> => ask('GET', `/api/pipeline/${runId}/status`)

export const getMediaInfo = (runId: string): Promise<MediaInfo> => ask('GET', `/api/media/info/${runId}`)

/** The wording of a run; `n` counts texts of this entity type from 1. */
export const getWording = (runId: string, entity: string, n: number): Promise<string> =>
  ask('GET', `/api/pipeline/${runId}/entity/${entity}?n=${n}`, undefined, (response) => response.text())

export const execute = (request: ExecuteRequest): Promise<Started> =>
  ask('POST', '/api/schema/pipeline/execute', request)

export const intercept = (request: InterceptionRequest): Promise<Started> =>
  ask('POST', '/api/schema/pipeline/interception', request)

export const generate = (request: GenerationRequest): Promise<Started> =>
  ask('POST', '/api/schema/pipeline/generation', request)

export const recordEdit = (runId: string, edit: EditRequest): Promise<RunItem> =>
  ask('POST', `/api/schema/pipeline/${runId}/edit`, edit)

export const cancelRun = (runId: string): Promise<unknown> => ask('POST', `/api/schema/pipeline/${runId}/cancel`, {})

/** One request; `read` takes what it needs from the answer. Raises `Problem`. */
export async function ask<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  read: (response: Response) => Promise<unknown> = readJson,
): Promise<T> {
  const headers: Record<string, string> = { 'Accept-Language': language }
  const isForm = body instanceof FormData
  if (body !== undefined && !isForm) headers['Content-Type'] = 'application/json'
  if (method === 'POST') headers['Prefer'] = 'respond-async'
  let response: Response
  try {
    response = await fetch(path, { method, headers, ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }) })
  } catch (error) {
    throw new Problem(0, 'unreachable', String(error))
  }
  if (!response.ok) throw await problemOf(response)
  return (await read(response)) as T
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text()
  return text ? JSON.parse(text) : null
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as Partial<Refusal>
    const wait = Number(response.headers.get('retry-after'))
    return new Problem(response.status, body.code ?? String(response.status), body.detail ?? '', wait || null)
  } catch {
    return new Problem(response.status, String(response.status))
  }
}
