/** What the teacher's desk asks of the server. Every function may raise `Problem`. */
import { ask } from '../api/client'
import type { components } from '../api/types'
import type { GalleryPage, Session } from '../api/records'

type Schemas = components['schemas']

export type DeskState = Schemas['DeskState']
export type DeskDevice = Schemas['DeskDevice']
export type RunNow = Schemas['RunNow']
export type EnterLink = Schemas['EnterLink']
export type Setting = Schemas['Setting']
export type Health = Omit<Schemas['Health'], 'parts'> & { parts: HealthPart[] }
export type HealthPart = Omit<Schemas['HealthPart'], 'facts' | 'message'> & { facts: Record<string, unknown>; message: string }
export type WarmUp = Schemas['WarmUpState']
export type WarmStep = Schemas['WarmStep']
export type Trashed = Schemas['Trashed']
export type BlockedRun = Schemas['BlockedRun']
export type RunStats = Schemas['RunStats']
export type CleanUp = Schemas['CleanUp']
export type Receipt = Schemas['Receipt']
export type VerifyState = Schemas['VerifyState']

export const pinIsSet = async (): Promise<boolean> =>
  (await ask<Schemas['PinState']>('GET', '/api/teacher/pin')).is_set
export const setPin = (pin: string): Promise<unknown> => ask('PUT', '/api/teacher/pin', { pin })
export const login = (pin: string): Promise<Session> => ask('POST', '/api/teacher/login', { pin })
export const stay = async (): Promise<number> => (await ask<Schemas['Stay']>('POST', '/api/teacher/stay')).seconds
export const leave = (): Promise<unknown> => ask('POST', '/api/teacher/leave')

export const getDesk = (): Promise<DeskState> => ask('GET', '/api/desk')
export const pause = (paused: boolean): Promise<unknown> => ask('POST', '/api/teacher/pause', { paused })
export const newLink = (deviceId: string): Promise<EnterLink> =>
  ask('POST', '/api/sessions', { device_id: deviceId, qr: true })

export const getSettings = async (): Promise<Setting[]> =>
  (await ask<Schemas['SettingsList']>('GET', '/api/settings')).settings
export const changeSettings = async (changes: Record<string, unknown>): Promise<Setting[]> =>
  (await ask<Schemas['SettingsList']>('PATCH', '/api/settings', { changes })).settings

export const getHealth = (): Promise<Health> => ask('GET', '/api/health')
export const getWarmUp = (): Promise<WarmUp> => ask('GET', '/api/warmup')
export const warmUp = (): Promise<WarmUp> => ask('POST', '/api/warmup')
export const useBox = (box: string): Promise<Schemas['InUse']> => ask('POST', `/api/desk/boxes/${box}/use`, {})

export const getWorks = (hidden: boolean, cursor: string | null): Promise<GalleryPage> =>
  ask('GET', `/api/gallery?limit=48${hidden ? '&hidden=true' : ''}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
export const getBlocked = async (): Promise<BlockedRun[]> => (await ask<Schemas['Blocked']>('GET', '/api/desk/blocked')).runs
export const getTrash = async (): Promise<Trashed[]> => (await ask<Schemas['Trash']>('GET', '/api/trash')).runs
export const show = (runId: string, visible: boolean): Promise<unknown> => ask('PATCH', `/api/runs/${runId}`, { visible })
export const throwAway = (runId: string): Promise<unknown> => ask('DELETE', `/api/runs/${runId}`)
export const putBack = (runId: string): Promise<unknown> => ask('POST', `/api/trash/${runId}/restore`)
export const emptyTrash = (): Promise<Receipt> => ask('DELETE', '/api/trash')

export const getStats = (): Promise<RunStats> => ask('GET', '/api/runs/stats')
export const clean = (request: Partial<Schemas['CleanRequest']>): Promise<CleanUp> =>
  ask('POST', '/api/housekeeping/clean', request)
export const erase = (request: Partial<Schemas['EraseRequest']>): Promise<Receipt> =>
  ask('POST', '/api/housekeeping/erase', request)
export const getVerify = (): Promise<VerifyState> => ask('GET', '/api/desk/verify')
export const verify = (): Promise<VerifyState> => ask('POST', '/api/desk/verify')
