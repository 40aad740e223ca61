/**
 * The rooms that are fetched when somebody is about to enter them; the studio is always there.
 *
 * A new room: a line here, its name in the router, and a link in the head.
 */
import type { Component } from 'svelte'
import { parse, type Room } from './router.svelte'

export const rooms: Partial<Record<Room, () => Promise<{ default: Component }>>> = {
  welcome: () => import('../session/WelcomeRoom.svelte'),
  image: () => import('../image/ImageRoom.svelte'),
  desk: () => import('../desk/DeskRoom.svelte'),
  gallery: () => import('../gallery/GalleryRoom.svelte'),
  story: () => import('../story/StoryRoom.svelte'),
  wall: () => import('../wall/WallRoom.svelte'),
}

/** Fetches a room before somebody asks for it. What does not come now is asked for again when they do. */
export function prepare(room: Room): void {
  rooms[room]?.().catch(() => null)
}

/** A finger, pointer or focus on a link to a room: it is fetched while the touch is still going on. */
export function foresee(document: Document): void {
  const towards = ({ target }: Event): void => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href^="#/"]') : null
    if (link) prepare(parse(link.hash).room)
  }
  for (const name of ['pointerover', 'pointerdown', 'focusin']) document.addEventListener(name, towards, { passive: true })
}
