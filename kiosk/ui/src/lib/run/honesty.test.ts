import { expect, test } from 'vitest'
import { nameOfModel } from './honesty'

test.each([
  ['llama3.2:latest', 'llama3.2'],
  ['hf.co/someone/Llama-3.2-3B-Instruct-GGUF:Q4_K_M', 'Llama-3.2-3B-Instruct-GGUF'],
  ['gpt-5', 'gpt-5'],
])('%s is called %s', (model, name) => {
  expect(nameOfModel(model)).toBe(name)
})
