/** Small things that this browser remembers. A browser that refuses to remember is no error. */

const PREFIX = 'atelier.'

/** Kept beyond this window, where the browser keeps anything. */
export function remember(name: string, value: string): void {
  quietly(() => localStorage.setItem(PREFIX + name, value))
}

export function remembered(name: string): string | null {
  return quietly(() => localStorage.getItem(PREFIX + name)) ?? null
}

/** Kept through a reload of this window, and forgotten with it. */
export function hold<T>(name: string, value: T): void {
  quietly(() => sessionStorage.setItem(PREFIX + name, JSON.stringify(value)))
}

export function held<T>(name: string): T | null {
  return quietly(() => JSON.parse(sessionStorage.getItem(PREFIX + name) ?? 'null') as T) ?? null
}

/** Forgets what was kept through a reload; the next person begins anew. */
export function forgetHeld(): void {
  quietly(() => {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX)) sessionStorage.removeItem(name)
  })
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
