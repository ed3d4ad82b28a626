// What happens at the limits: the soft one adapts, the hard one leads to typed arrays, and running out is an error that leaves all usable.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { full, memory, nn, OutOfMemoryError, ones, optim, randn, type Tensor, tensor } from 'wengert'
import { dtypes } from '../../src/core/dtype.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { allocate, releaseStorage } from '../../src/core/storage.ts'

const MB = 2 ** 20
const floats = (bytes: number) => allocate(dtypes.float32, bytes / 4)

let before = 0
beforeAll(() => {
  before = setHeapFrom(4096)
})
afterAll(() => {
  setHeapFrom(before)
})

afterEach(() => {
  memory.configure()
  memory.collect()
})

test('a full heap gives typed arrays, and room in it is used again', () => {
  memory.configure({ limit: 8 * MB })
  const held = Array.from({ length: 12 }, () => floats(MB))
  expect(held.slice(0, 7).every(({ address }) => address > 0)).toBe(true)
  expect(held.slice(8).every(({ address }) => address === 0)).toBe(true)
  expect(memory.stats().refusals).toBeGreaterThan(0)
  expect(memory.stats().used).toBeLessThanOrEqual(8 * MB)
  held.length = 0
  const later = Array.from({ length: 20 }, () => floats(MB).address)
  expect(later.at(-1)).toBeGreaterThan(0)
})

test('operations on operands in and outside of a full heap are right', () => {
  memory.configure({ limit: MB })
  const all = Array.from({ length: 40 }, (_, i) => full([16, 1024], i))
  const inHeap = all.map((x) => x.storage.address > 0)
  expect(inHeap).toContain(true)
  expect(inHeap).toContain(false)
  const sum = all.reduce((a, b) => a.add(b))
  expect(sum.toTypedArray().every((element: number) => element === (39 * 40) / 2)).toBe(true)
})

test('a pool full of what is needed is not collected at every request', () => {
  memory.configure({ limit: 4 * MB })
  const held = Array.from({ length: 15 }, () => floats(MB / 4))
  const before = memory.stats().fullCollections
  for (let i = 0; i < 100; i++) floats(MB / 4)
  expect(memory.stats().fullCollections - before).toBeLessThanOrEqual(55)
  expect(held.length).toBe(15)
})

test('the soft limit rises when what is held needs more', () => {
  memory.configure()
  expect(memory.stats().softLimit).toBe(64 * MB)
  const held = Array.from({ length: 100 }, () => floats(MB))
  expect(held.every(({ address }) => address > 0)).toBe(true)
  expect(memory.stats().softLimit).toBeGreaterThan(100 * MB)
})

test('what is dropped is collected before the pool grows', () => {
  memory.configure({ limit: 32 * MB })
  const { collections, refusals } = memory.stats()
  for (let i = 0; i < 500; i++) floats(MB)
  expect(memory.stats().used).toBeLessThanOrEqual(32 * MB)
  expect(memory.stats().collections - collections).toBeGreaterThanOrEqual(10)
  expect(memory.stats().refusals).toBe(refusals)
})

test('batch sizes that change do not enlarge the pool for ever', () => {
  memory.configure({ limit: 64 * MB })
  const model = new nn.Sequential(new nn.Linear(64, 128), new nn.ReLU(), new nn.Linear(128, 10))
  const optimizer = new optim.SGD(model.parameters(), 0.01)
  const refusals = memory.stats().refusals
  const pooled: number[] = []
  for (let step = 0; step < 300; step++) {
    const batch = 1 + ((step * 37) % 256)
    optimizer.zeroGrad()
    model
      .forward(randn([batch, 64]))
      .square()
      .mean()
      .backward()
    optimizer.step()
    pooled.push(memory.stats().pooled)
  }
  expect(memory.stats().refusals).toBe(refusals)
  expect(pooled.at(-1)).toBe(pooled[200])
})

test('the error says which operation asked for how much', () => {
  expect(() => ones([1e6, 1e6])).toThrowErrorMatchingInlineSnapshot(
    `[OutOfMemoryError: full: there are no 3.64 TB of memory. Use smaller tensors, or drop some that you still hold.]`,
  )
  const column = tensor([1]).expand([2 ** 26, 1])
  const row = tensor([1]).expand([1, 2 ** 26])
  expect(() => column.add(row)).toThrowErrorMatchingInlineSnapshot(
    `[OutOfMemoryError: add: there are no 16 PB of memory. Use smaller tensors, or drop some that you still hold.]`,
  )
  try {
    column.mul(row)
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(OutOfMemoryError)
    expect(error).toMatchObject({ code: 'OutOfMemory', bytes: 2 ** 54 })
  }
})

test('a thousand errors in a row leave everything usable', () => {
  const kept: Tensor = randn([64, 64], { requiresGrad: true })
  const before = kept.toArray()
  const { used } = memory.stats()
  let errors = 0
  for (let i = 0; i < 1000; i++) {
    try {
      kept
        .reshape([4096, 1])
        .add(tensor([1]).expand([1, 2 ** 40]))
        .sum()
        .backward()
    } catch (error) {
      if (error instanceof OutOfMemoryError) errors++
    }
  }
  expect(errors).toBe(1000)
  expect(kept.toArray()).toEqual(before)
  kept.sum().backward()
  expect((kept.grad as Tensor).toTypedArray().every((element: number) => element === 1)).toBe(true)
  expect(memory.stats().used - used).toBeLessThan(MB)
})

test('memory that was given back is the first to be taken', () => {
  const first = floats(100_000)
  const { address } = first
  releaseStorage(first)
  expect(floats(100_000).address).toBe(address)
})
