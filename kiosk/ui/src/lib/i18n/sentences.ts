/** Fills values into sentences and picks plural forms. The sentences themselves come from assets/i18n. */

export type Values = Record<string, string | number>
export type Sentences = Readonly<Record<string, string>>

/**
 * One sentence. A `count` among the values picks `key.one`, `key.other` ... by the language's rules, where the
 * sentence has such forms. A key that is missing is returned as it is, so that it is seen.
 */
export function fill(sentences: Sentences, language: string, key: string, values: Values = {}): string {
  const form = typeof values['count'] === 'number' ? pluralKey(sentences, language, key, values['count']) : key
  const sentence = sentences[form] ?? key
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => shown(values[name], language) ?? whole)
}

const FROM_THE_RIGHT = ['Adlm', 'Arab', 'Hebr', 'Mand', 'Nkoo', 'Rohg', 'Syrc', 'Thaa']

/** In which direction a language (BCP 47) is read, by the script that it is usually written in. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  const script = new Intl.Locale(language).maximize().script
  return script !== undefined && FROM_THE_RIGHT.includes(script) ? 'rtl' : 'ltr'
}

function pluralKey(sentences: Sentences, language: string, key: string, count: number): string {
  const forms = [`${key}.${new Intl.PluralRules(language).select(count)}`, `${key}.other`]
  return forms.find((form) => form in sentences) ?? key
}

function shown(value: string | number | undefined, language: string): string | undefined {
  return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value
}
