/** Makes src/lib/api/types.ts from openapi.json; with --check, fails if the file is not what it would make. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import openapiTS, { astToString } from 'openapi-typescript'

const UI = join(import.meta.dirname, '..')
const TYPES = join(UI, 'src/lib/api/types.ts')
const HEAD = '/** Made from openapi.json by `npm run types`; not written by hand. */\n\n'

const schema = JSON.parse(readFileSync(join(UI, 'openapi.json'), 'utf-8'))
const made = HEAD + astToString(await openapiTS(schema))

if (!process.argv.includes('--check')) {
  writeFileSync(TYPES, made)
} else if (readFileSync(TYPES, 'utf-8') !== made) {
  console.error('src/lib/api/types.ts does not fit openapi.json: npm run types')
  process.exit(1)
}
