// Small blocks share pages: aligned, apart from each other, zero, and never many times what a survivor needs.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dtypes } from '../../src/core/dtype.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { allocate } from '../../src/core/storage.ts'

let before = 0
beforeAll(() => {
  before = setHeapFrom(4096)
})
afterAll(() => {
  setHeapFrom(before)
})

const types = Object.values(dtypes)

test('blocks of all sizes are zero, aligned and apart', () => {
  const blocks = Array.from({ length: 2000 }, (_, i) => {
    const type = types[i % types.length] as (typeof types)[number]
    const { data } = allocate(type, (i * 37) % 300)
    expect(data.byteOffset % type.bytes).toBe(0)
    expect(data.every((element) => element === 0)).toBe(true)
    data.fill((i % 200) + 1)
    return data
  })
  blocks.forEach((data, i) => {
    expect(data.every((element) => element === (i % 200) + 1)).toBe(true)
  })
})

test('a page holds blocks of one size class, sixteen at most', () => {
  for (const length of [17, 20, 31, 33, 64, 65, 100, 128, 129, 200, 256]) {
    const { data } = allocate(dtypes.float32, length)
    expect(data.buffer.byteLength).toBeLessThanOrEqual(16 * data.byteLength)
  }
  expect(allocate(dtypes.float32, 257).data.buffer.byteLength).toBe(4 * 257)
})
