/**
 * Vite plugin: gathers the drawings of some folders into one SVG sprite.
 *
 * Gives the module `virtual:drawings` with the sprite's address and the names in it. A drawing has
 * lines in `currentColor`, the second ink in `var(--spot)`, so that a page colours it.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Plugin } from 'vite'

const MODULE = 'virtual:drawings'
const RESOLVED = '\0' + MODULE
const DEV_ADDRESS = '/drawings.svg'

export function drawings(...folders: string[]): Plugin {
  let building = false
  return {
    name: 'drawings',
    configResolved(config) {
      building = config.command === 'build'
    },
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    load(id) {
      if (id !== RESOLVED) return undefined
      const names = JSON.stringify(files(folders).map(nameOf))
      if (!building) return `export const sprite = ${JSON.stringify(DEV_ADDRESS)}; export const names = ${names}`
      const reference = this.emitFile({ type: 'asset', name: 'drawings.svg', source: spriteOf(folders) })
      return `export const sprite = import.meta.ROLLUP_FILE_URL_${reference}; export const names = ${names}`
    },
    configureServer(server) {
      server.middlewares.use(DEV_ADDRESS, (_, response) => {
        response.setHeader('Content-Type', 'image/svg+xml')
        response.end(spriteOf(folders))
      })
    },
  }
}

function files(folders: string[]): string[] {
  const inside = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name))
  return folders
    .flatMap(inside)
    .filter((path) => path.endsWith('.svg'))
    .sort()
}

const nameOf = (path: string): string => basename(path, '.svg')

function spriteOf(folders: string[]): string {
  const symbols = files(folders).map((path) => {
    const match = /<svg([^>]*)>([\s\S]*)<\/svg>/.exec(readFileSync(path, 'utf-8'))
    if (!match) throw new Error(`${path}: not an SVG drawing`)
    const attributes = match[1]!.replace(/\s(xmlns|width|height)="[^"]*"/g, '')
    return `<symbol id="${nameOf(path)}"${attributes}>${match[2]!.trim().replace(/\n\s*/g, '')}</symbol>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('\n')}</svg>\n`
}
