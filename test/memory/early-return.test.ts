// Memory that is given back at once, what was made meanwhile, and the poison that shows who uses either wrongly.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dtypes } from '../../src/core/dtype.ts'
import { heapFrom, reserve, setHeapFrom, unreserve, words } from '../../src/core/memory/heap.ts'
import { setPoison } from '../../src/core/memory/holders.ts'
import { collect, poolStatistics } from '../../src/core/memory/pool.ts'
import { allocate, beginRecording, endRecording, releaseStorage, type Storage, storageOf } from '../../src/core/storage.ts'

const LENGTH = 10_000
const make = (length = LENGTH) => allocate(dtypes.float32, length)
const before = heapFrom

beforeEach(() => {
  setPoison(false)
  setHeapFrom(4096)
})

afterEach(() => {
  setPoison(false)
  setHeapFrom(before)
})

test('released memory is used again; releasing twice does nothing', () => {
  const x = make()
  const { used, blocks } = poolStatistics()
  releaseStorage(x)
  expect(poolStatistics().blocks).toBe(blocks - 1)
  expect(poolStatistics().used).toBeLessThan(used)
  const y = make()
  expect(y.address).toBe(x.address)
  releaseStorage(x)
  expect(make().address).not.toBe(y.address)
  expect(y.block).not.toBe(0)
})

test('a released block that belongs to someone else by now is not taken back when its old holder dies', () => {
  const addresses = new Set<number>()
  const drop = () => {
    for (let i = 0; i < 50; i++) {
      const x = make()
      addresses.add(x.address)
      releaseStorage(x)
    }
  }
  drop()
  const mine = make()
  mine.data.fill(7)
  expect(addresses.has(mine.address)).toBe(true)
  collect()
  collect()
  const others = Array.from({ length: 50 }, () => make())
  for (const { data } of others) data.fill(1)
  expect(mine.data.every((element) => element === 7)).toBe(true)
})

test('storages outside the heap have nothing to release', () => {
  setHeapFrom(Number.POSITIVE_INFINITY)
  const x = make()
  expect(x).toMatchObject({ address: 0, block: 0 })
  releaseStorage(x)
  x.data.fill(3)
  expect(make().data.every((element) => element === 0)).toBe(true)
  expect(x.data.every((element) => element === 3)).toBe(true)
})

test('what was made while recording is known, also to those who recorded around it', () => {
  const apart = make()
  const outer = beginRecording()
  const a = make()
  const small = allocate(dtypes.float32, 4)
  const inner = beginRecording()
  const [b, c] = [make(), make()]
  releaseStorage(c)
  expect(endRecording(inner)).toEqual([b, c])
  const d = make()
  expect(endRecording(outer)).toEqual([a, b, d])
  expect(small.address).toBe(0)
  make()
  expect(endRecording(null)).toEqual([])
  expect(apart.block).not.toBe(0)
})

test('poison fills what is taken and what is given back', () => {
  setPoison(true)
  for (const type of [dtypes.float32, dtypes.float64]) {
    const x: Storage = allocate(type, LENGTH)
    expect(x.data.every(Number.isNaN)).toBe(true)
    x.data.fill(1)
    releaseStorage(x)
    expect(x.data.every(Number.isNaN)).toBe(true)
  }
  expect(allocate(dtypes.int32, LENGTH).data.every((element) => element === -1)).toBe(true)
})

test('poison fills what the collector takes back', () => {
  setPoison(true)
  const drop = () => Array.from({ length: 20 }, () => make().data.fill(5).byteOffset)
  const addresses = drop()
  collect()
  for (const address of addresses) expect(words[address >>> 2]).toBe(-1)
})

test('without poison nothing is filled', () => {
  const x = make()
  x.data.fill(5)
  releaseStorage(x)
  expect(x.data.every((element) => element === 5)).toBe(true)
})

test('an array becomes a copy in the heap where it is large enough', () => {
  const array = Float32Array.from({ length: LENGTH }, (_, i) => i)
  const storage = storageOf(dtypes.float32, array)
  expect(storage.address).toBeGreaterThan(0)
  expect(storage.data).toEqual(array)
  expect(storageOf(dtypes.float32, array.slice(0, 4)).address).toBe(0)
})

test('reserved memory is nobody else’s until it is given back', () => {
  const address = reserve(50_000)
  expect(address % 64).toBe(0)
  words.fill(9, address >>> 2, (address >>> 2) + 12_500)
  for (let i = 0; i < 3000; i++) make(12_500).data.fill(1)
  expect(words.subarray(address >>> 2, (address >>> 2) + 12_500).every((word) => word === 9)).toBe(true)
  const { blocks } = poolStatistics()
  unreserve(address)
  unreserve(address)
  expect(poolStatistics().blocks).toBe(blocks - 1)
})
