/**
 * The records of the server by their names, from the types made of its OpenAPI document (types.ts).
 * Fields and meanings: docs/records.md.
 */
import type { components } from './types'

type Schemas = components['schemas']

/** An answer carries every field; the document marks those that have a default as optional. */
type Answer<T> = Required<T>

export type Status = Schemas['Status']
export type Step = Schemas['Step']
export type MediaType = Schemas['MediaType']
export type RunItem = Answer<Schemas['RunItem']>
/** What passes; only the fields that say something. */
export type Progress = Schemas['Progress']
export type Entity = Answer<Schemas['Entity']>
export type RunMetadata = Answer<Omit<Schemas['RunMetadata'], 'entities'>> & {
  entities: Entity[]
}
export type Session = Schemas['SessionInfo']
export type SessionChange = Schemas['SessionChange']
/** What is not as usual, for everybody to read. */
export type HealthSign = Schemas['Sign']
export type RoomChange = Schemas['RoomChange']
export type Lens = Schemas['Lens']
export type OutputConfig = Schemas['OutputChoice']
export type GalleryItem = Answer<Schemas['GalleryItem']>
export interface GalleryPage {
  items: GalleryItem[]
  next: string | null
  /** The cursor that gives this page again. */
  first: string | null
}
export type GalleryDays = Schemas['GalleryDays']
export type DayOfWorks = Schemas['DayOfWorks']
export type GalleryRuler = Schemas['GalleryRuler']
export type Favorite = Answer<Schemas['FavoriteView']> & { item: GalleryItem | null }
export interface FavoriteList {
  favorites: Favorite[]
  total: number
}
export type RestoreData = Schemas['RestoreData']
export type Medium = Schemas['Medium']
export type MediaInfo = Schemas['MediaInfo']
export type Started = Schemas['Accepted']
export type Refusal = Schemas['Problem']

export type InputImage = Partial<Schemas['InputImage']>
export type Upload = Schemas['Upload']
export type InterceptionRequest = Schemas['InterceptionRequest']
export type ExecuteRequest = Schemas['ExecuteRequest']
/** The document gives defaults to what may be left out. */
export type GenerationRequest = Partial<Schemas['GenerationRequest']>
export type EditRequest = Schemas['EditRequest']

export type HistoryRecord = Omit<Schemas['HistoryRecord'], 'items'> & { items: RunItem[] }
export type Lineage = Schemas['Lineage']
export type Damage = Schemas['Damage']
export interface WholeRun {
  metadata: RunMetadata
  media: Medium[]
  damage: Damage[]
}
