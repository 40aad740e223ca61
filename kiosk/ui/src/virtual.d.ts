declare module 'virtual:drawings' {
  export const sprite: string
  export const names: string[]
}
