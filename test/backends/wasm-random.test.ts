// Draws and fills on WebAssembly kernels: the same bits as the reference's.
import { afterEach, describe, expect, test } from 'vitest'
import type { DType } from '../../src/core/dtype.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import type { Value } from '../../src/core/value.ts'
import { accelerated } from '../../src/primitives/accelerated.ts'
import * as P from '../../src/primitives/operations.ts'

const before = setHeapFrom(1)
afterEach(() => setHeapFrom(before))

/** The bits of what `make` gives, with its memory in the heap and not. */
function both(make: () => Value): [heap: Uint8Array, own: Uint8Array] {
  const bits = (from: number): Uint8Array => {
    setHeapFrom(from)
    const { storage } = make()
    expect(storage.address !== 0).toBe(from === 1 && storage.data.length > 0)
    const { buffer, byteOffset, byteLength } = storage.data
    return new Uint8Array(buffer, byteOffset, byteLength).slice()
  }
  return [bits(1), bits(Number.POSITIVE_INFINITY)]
}

const counters = [
  [0, 0, 0, 0],
  [7, 0, 0, 0],
  [-5, 123456789, 4294967290, 41], // whose counter carries
  [1, -1, -3, -1],
]
const sizes = [0, 1, 2, 3, 7, 8, 15, 16, 17, 33, 100, 1023]
const generators = () =>
  counters.map((state) => {
    const generator = new P.Generator()
    generator.setState(state)
    return generator
  })

describe.each([
  ['uniform', P.uniform],
  ['normal', P.normal],
] as const)('%s', (_, drawn) => {
  test.each(['float32', 'float64'] as const)('%s', (dtype: DType) => {
    for (const generator of generators())
      for (const n of sizes) {
        const state = generator.getState()
        const [heap, own] = both(() => {
          generator.setState(state)
          return drawn([n], dtype, generator)
        })
        expect(Buffer.compare(heap, own)).toBe(0)
      }
  })
})

test('a long draw of normals passes through every part of the circle and of the logarithm', () => {
  for (const dtype of ['float32', 'float64'] as const) {
    const [heap, own] = both(() => P.normal([300, 701], dtype, new P.Generator(3)))
    expect(Buffer.compare(heap, own)).toBe(0)
  }
})

test('every row has a program', () => {
  const output = (dtype: DType): Value => P.full([5], 0, dtype)
  const { state } = new P.Generator()
  const drawn = { shape: [5], dtype: 'float32' } as const
  expect([
    accelerated.uniform?.([state], drawn, output('float32')),
    accelerated.normal?.([state], drawn, output('float64')),
    accelerated.randomIntegers?.([state], { shape: [5], low: 0, high: 3 }, output('int32')),
    accelerated.full?.([], { ...drawn, value: 1 }, output('bool')),
    accelerated.iota?.([], { length: 5, dtype: 'float32' }, output('float32')),
  ]).toEqual([true, true, true, true, true])
})

test('random integers, with bounds anywhere', () => {
  for (const [low, high] of [
    [0, 2],
    [-3, 11],
    [-2147483648, 2147483648],
    [2147483640, 2147483647],
  ] as const)
    for (const n of sizes) {
      const [heap, own] = both(() => P.randomIntegers(low, high, [n], new P.Generator(n)))
      expect(Buffer.compare(heap, own)).toBe(0)
    }
})

test('constants and counts of every dtype', () => {
  for (const dtype of ['bool', 'uint8', 'int32', 'float32', 'float64'] as const)
    for (const n of sizes) {
      for (const value of [0, 1, -0, 3.7, -2, Number.NaN, Number.POSITIVE_INFINITY, 258]) {
        const [heap, own] = both(() => P.full([n], value, dtype))
        expect(Buffer.compare(heap, own)).toBe(0)
      }
      const [heap, own] = both(() => P.iota(n, dtype))
      expect(Buffer.compare(heap, own)).toBe(0)
    }
})
