/**
 * Store: which room is open, from the address after `#`.
 *
 * `#/` studio, `#/run/{run_id}` studio with a run, `#/story/{run_id}` all that is known of a run, else `#/{room}`;
 * `?look={media}/{run_id}/{n}` opens a work over any room. A reload and the back key find everything again.
 */

import type { MediaType } from '../api/records'

const PLAIN_ROOMS = ['welcome', 'image', 'gallery', 'wall', 'desk'] as const

export type Room = 'studio' | 'story' | (typeof PLAIN_ROOMS)[number]

export interface WorkAddress {
  media: MediaType
  runId: string
  n: number
}

export interface Route {
  room: Room
  runId: string | null
  look: WorkAddress | null
}

const RUN_ID = /^[a-z0-9_-]{1,80}$/

export function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const [room, id] = path.split('/')
  const look = parseWork(query)
  const plain = PLAIN_ROOMS.find((known) => known === room)
  if (plain) return { room: plain, runId: null, look }
  const runId = id && RUN_ID.test(id) ? id : null
  if (room === 'story' && runId) return { room, runId, look }
  return { room: 'studio', runId: room === 'run' ? runId : null, look }
}

export function format(route: Route): string {
  const path = route.room === 'studio' ? route.runId && `run/${route.runId}` : pathOf(route)
  const look = route.look ? `?look=${route.look.media}/${route.look.runId}/${route.look.n}` : ''
  return `#/${path ?? ''}${look}`
}

const pathOf = ({ room, runId }: Route): string => (room === 'story' ? `story/${runId}` : room)

function parseWork(query: string): WorkAddress | null {
  const match = /^look=(image|audio|music|video|3d|code)\/([a-z0-9_-]{1,80})\/([1-9][0-9]{0,3})$/.exec(query)
  return match ? { media: match[1] as MediaType, runId: match[2]!, n: Number(match[3]) } : null
}

class Router {
  route = $state.raw<Route>({ room: 'studio', runId: null, look: null })

  start(): void {
    const read = (): void => {
      this.route = parse(location.hash)
    }
    addEventListener('hashchange', read)
    read()
  }

  /** Go somewhere; the way back is kept. */
  go(change: Partial<Route>): void {
    location.hash = format({ ...this.route, look: null, ...change })
  }

  /** The same place, told better: no step in the history. */
  mend(change: Partial<Route>): void {
    this.route = { ...this.route, ...change }
    history.replaceState(null, '', format(this.route))
  }
}

export const router = new Router()
