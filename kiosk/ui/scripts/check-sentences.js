/**
 * Fails when a sentence is missing in a language, is used in the code but not there, is there but not used,
 * or has other values in another language. Keys of other parts of the program are left alone. Another folder of
 * languages is checked by its path.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const UI = join(import.meta.dirname, '..')
const FOLDER = process.argv[2] ?? join(UI, '../../assets/i18n')
// Prefixes of keys that the server puts together itself; others it speaks stand in its sources.
const SERVER = ['errors.', 'missing.', 'pages.', 'reason.', 'report.', 'research.', 'safety.']
const PLURAL = /\.(zero|one|two|few|many|other)$/

const languages = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
const sentences = Object.fromEntries(
  languages.map((name) => [basename(name, '.json'), JSON.parse(readFileSync(join(FOLDER, name), 'utf-8'))]),
)
const problems = []
const all = [...new Set(Object.values(sentences).flatMap((known) => Object.keys(known)))].sort()

for (const [language, known] of Object.entries(sentences)) {
  for (const key of all) {
    if (!(key in known) && !optionalPlural(key, known)) problems.push(`${language}: «${key}» is missing`)
  }
  if (Object.keys(known).join() !== Object.keys(known).sort().join()) problems.push(`${language}: keys are not sorted`)
}

const valuesOf = (sentence) => [...new Set(sentence?.match(/\{\w+\}/g) ?? [])].sort().join()
for (const key of all) {
  const differing = new Set(
    Object.values(sentences)
      .filter((known) => key in known)
      .map((known) => valuesOf(known[key])),
  )
  if (differing.size > 1) problems.push(`«${key}» has other values in another language`)
}

const { exact, patterns } = used()
const spoken = spokenByServer()
const base = (key) => key.replace(PLURAL, '')
for (const key of exact) {
  if (!all.some((known) => known === key || base(known) === key)) problems.push(`«${key}» is used, but no language has it`)
}
for (const key of all) {
  if (SERVER.some((prefix) => key.startsWith(prefix)) || spoken.has(key)) continue
  const is = (name) => exact.has(name) || patterns.some((pattern) => pattern.test(name))
  if (!is(key) && !is(base(key))) problems.push(`«${key}» is not used`)
}

if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exit(1)
}
console.log(`${all.length} sentences in ${languages.length} languages`)

/** A plural form that a language's rules do not know need not be there. */
function optionalPlural(key, known) {
  return PLURAL.test(key) && `${base(key)}.other` in known
}

/** Keys written out in the code, and templates such as `stage.${name}.what` as patterns. */
function used() {
  const exact = new Set()
  const patterns = []
  for (const path of sources(join(UI, 'src'))) {
    const code = readFileSync(path, 'utf-8')
    for (const call of code.matchAll(/\b(?:say|has)\(([^]*?)\)/g)) {
      for (const text of call[1].matchAll(/(['"])([a-z][\w.]+)\1/g)) exact.add(text[2])
    }
    for (const template of code.matchAll(/`([a-z]\w*\.[^`\s]*\$\{[^`\s]*)`/g)) {
      const parts = template[1].split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'))
      patterns.push(new RegExp(`^${parts.join('[\\w.]+')}$`))
    }
  }
  return { exact, patterns }
}

/** Keys that stand as texts in the program's Python sources. */
function spokenByServer() {
  const folder = join(UI, '..')
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.py') && !name.startsWith('ui'))
  const texts = files.flatMap((name) => [...readFileSync(join(folder, name), 'utf-8').matchAll(/"([a-z]\w*(?:\.\w+)+)"/g)])
  return new Set(texts.map((text) => text[1]))
}

function sources(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => /\.(svelte|ts)$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
}
