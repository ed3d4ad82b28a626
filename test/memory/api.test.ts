// What people see of it: `memory.stats`, `configure`, `collect`, `trace`, `report`.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { full, memory, OptionError, ones, randn, tensor, zeros } from 'wengert'
import { setHeapFrom } from '../../src/core/memory/heap.ts'

const MB = 2 ** 20

let before = 0
beforeAll(() => {
  before = setHeapFrom(4096)
})
afterAll(() => {
  setHeapFrom(before)
})

afterEach(() => {
  memory.trace(false)
  memory.configure()
})

test('stats counts what is used, in bytes', () => {
  ones([512, 512]) // the first kernel takes working memory
  memory.collect()
  const before = memory.stats()
  const x = ones([512, 512])
  const view = x.transpose(0, 1)
  const after = memory.stats()
  // a remembered constant may be in the heap, too
  expect(after.used - before.used).toBeGreaterThanOrEqual(MB)
  expect(after.used - before.used).toBeLessThan(1.125 * MB)
  expect(after.blocks).toBeGreaterThan(before.blocks)
  expect(after.peak).toBeGreaterThanOrEqual(after.used)
  expect(after.pooled).toBeGreaterThanOrEqual(after.used)
  expect(view.numel()).toBe(512 * 512)
  expect(after).toMatchObject({ shared: true, collectable: true })
})

test('tensors from large arrays live in the heap, and the array stays the caller’s', () => {
  const array = new Float32Array(4096).fill(2)
  const { blocks } = memory.stats()
  const x = tensor(array)
  expect(memory.stats().blocks).toBe(blocks + 1)
  array.fill(3)
  expect(x.toTypedArray()).toEqual(new Float32Array(4096).fill(2))
})

test('collect takes back what nobody holds, and says how much', () => {
  const drop = () => full([1024, 1024], 3).sum().item()
  memory.collect()
  const { collections, collectionTime } = memory.stats()
  expect(drop()).toBe(3 * MB)
  expect(memory.collect()).toBeGreaterThanOrEqual(4 * MB)
  expect(memory.stats().collections).toBe(collections + 1)
  expect(memory.stats().collectionTime).toBeGreaterThan(collectionTime)
})

test('configure sets a limit and takes it away again', () => {
  const { limit } = memory.stats()
  memory.configure({ limit: 32 * MB })
  expect(memory.stats()).toMatchObject({ limit: 32 * MB, softLimit: 32 * MB })
  memory.configure()
  expect(memory.stats().limit).toBe(limit)
})

test('wrong options are named', () => {
  expect(() => memory.configure({ limit: 10 })).toThrowErrorMatchingInlineSnapshot(
    `[OptionError: memory.configure: limit is in bytes and at least 1 MB, got 10.]`,
  )
  expect(() => memory.configure({ limit: Number.NaN })).toThrow(OptionError)
  expect(() => memory.configure({ limt: MB } as never)).toThrow("unknown option 'limt'. Did you mean 'limit'?")
  expect(() => memory.trace(1 as never)).toThrowErrorMatchingInlineSnapshot(`[OptionError: memory.trace: needs true or false, not number.]`)
  expect(() => memory.report()).toThrowErrorMatchingInlineSnapshot(
    `[OptionError: memory.report: lines are not remembered. Call memory.trace(true) first.]`,
  )
})

test('report lists the largest live tensors with their lines', () => {
  const old = zeros([2048, 1024])
  expect(memory.trace(true)).toBe(false)
  const kept = randn([512, 1024])
  const small = zeros([8]).add(1)
  const drop = () => zeros([1024, 1024]).sum().item()
  drop()
  const rows = memory.report()
  expect(rows[0]).toMatchObject({ bytes: 2 * MB, elements: 512 * 1024, dtype: 'float32', inHeap: true })
  expect(rows[0]?.line).toMatchObject({ file: 'test/memory/api.test.ts', text: 'const kept = randn([512, 1024])' })
  expect(rows.some(({ bytes, inHeap, line }) => bytes === 32 && !inHeap && line?.text === 'const small = zeros([8]).add(1)')).toBe(true)
  expect(memory.report(1)).toHaveLength(1)
  expect(memory.trace(false)).toBe(true)
  expect([old, kept, small].map((x) => x.numel())).toEqual([2048 * 1024, 512 * 1024, 8])
})

test('what was traced is held weakly', () => {
  memory.trace(true)
  for (let i = 0; i < 1500; i++) zeros([2048])
  expect(memory.report(100_000).length).toBeLessThan(100)
})
