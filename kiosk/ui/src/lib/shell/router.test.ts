import { expect, test } from 'vitest'
import { format, parse } from './router.svelte'

const RUN = 'run_1769122471728_362ba81c'

test.each(['#/', '#/gallery', '#/welcome', '#/desk', `#/story/${RUN}`, `#/run/${RUN}`, `#/gallery?look=image/${RUN}/2`, `#/run/${RUN}?look=music/${RUN}/1`])(
  'the address %s is read and written back',
  (hash) => {
    expect(format(parse(hash))).toBe(hash)
  },
)

test.each(['', '#', '#/nowhere', '#/story', '#/story/../x', '#/run/', '#/run/../../etc', '#/run/%2e%2e', `#/?look=image/${RUN}/0`, '#/?look=text/x/1'])(
  'the address %j leads to the work table',
  (hash) => {
    expect(parse(hash)).toEqual({ room: 'studio', runId: null, look: null })
  },
)
