/**
 * The rooms that are fetched when somebody enters them; the studio is always there.
 *
 * A new room: a line here, its name in the router, and a link in the head.
 */
import type { Component } from 'svelte'
import type { Room } from './router.svelte'

export const rooms: Partial<Record<Room, () => Promise<{ default: Component }>>> = {
  welcome: () => import('../session/WelcomeRoom.svelte'),
  image: () => import('../image/ImageRoom.svelte'),
  desk: () => import('../desk/DeskRoom.svelte'),
  gallery: () => import('../gallery/GalleryRoom.svelte'),
  story: () => import('../story/StoryRoom.svelte'),
  wall: () => import('../wall/WallRoom.svelte'),
}
