/** What is in a data URI, for whoever decodes it. Pure. */

/** The bytes of a data URI in base64, with their type. */
export function bytesOf(uri: string): Blob {
  const [head = '', body = ''] = uri.split(',', 2)
  const type = head.replace(/^data:/, '').replace(/;base64$/, '')
  return new Blob([Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0))], { type })
}
