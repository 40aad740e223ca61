import { expect, test } from 'vitest'
import { bytesOf } from './preview'

test('the bytes of a data URI and what they are', async () => {
  const blob = bytesOf('data:image/png;base64,iVBORw0KGgo=')
  expect(blob.type).toBe('image/png')
  expect([...new Uint8Array(await blob.arrayBuffer())]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
})
