// Pooling on WebAssembly kernels gives exactly what the reference gives.
import { afterEach, expect, test } from 'vitest'
import * as reference from '../../src/backends/reference/pooling.ts'
import * as wasm from '../../src/backends/wasm/pooling.ts'
import { dtypes } from '../../src/core/dtype.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { emptyValue, type Value } from '../../src/core/value.ts'
import { bind } from '../../src/primitives/bind.ts'
import { maxPoolIndices } from '../../src/primitives/operations/spatial.ts'
import { generator } from './seeded.ts'

const before = setHeapFrom(1)
afterEach(() => void setHeapFrom(before))

const AWKWARD = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, 1, -1]

test('random windows', () => {
  setHeapFrom(1)
  const { integer, uniform } = generator(1)
  let computed = 0
  for (let trial = 0; trial < 400; trial++) {
    const kernel = [integer(1, 4), integer(1, 4)] as const
    const stride = [integer(1, 4), integer(1, 4)] as const
    const padding = kernel.map((size) => integer(0, Math.floor(size / 2))) as [number, number]
    const dilation = trial % 3 === 0 ? ([integer(1, 3), integer(1, 3)] as const) : ([1, 1] as const)
    const params = { kernel, stride, padding, dilation, ceilMode: integer(0, 1) === 1 }
    const average = {
      ...params,
      countIncludePad: integer(0, 1) === 1,
      divisorOverride: [null, null, 3, -0.7][integer(0, 3)] as number | null,
    }
    const x = emptyValue(dtypes.float32, [integer(1, 3), integer(1, 3), integer(1, 12), integer(1, 30)])
    const kind = integer(0, 2)
    for (let i = 0; i < x.elementCount; i++)
      x.storage.data[i] = kind === 0 && integer(0, 3) === 0 ? (AWKWARD[integer(0, 7)] as number) : kind === 1 ? integer(0, 3) : uniform()
    const both = (output: Value, run: (backend: typeof wasm | typeof reference, output: Value) => unknown): void => {
      const expected = emptyValue(output.storage.type, output.shape)
      expected.storage.data.fill(0)
      output.storage.data.fill(7)
      expect(run(wasm, output)).toBe(true)
      run(reference, expected)
      expect(output.storage.data, JSON.stringify({ shape: x.shape, average })).toEqual(expected.storage.data)
      computed++
    }
    let shape: readonly number[]
    try {
      shape = maxPoolIndices(x, params).shape
    } catch {
      continue // the window does not fit
    }
    both(emptyValue(dtypes.int32, shape), (backend, output) => backend.maxPoolIndices(x, output, params))
    if (dilation[0] !== 1 || dilation[1] !== 1) continue
    const y = emptyValue(dtypes.float32, shape)
    both(y, (backend, output) => backend.averagePool(x, output, average))
    both(emptyValue(dtypes.float32, x.shape), (backend, output) => backend.averagePoolGradient(y, output, average))
  }
  expect(computed).toBeGreaterThan(500)
})

test('the primitives take their input as it lies in memory', () => {
  setHeapFrom(1)
  const { uniform } = generator(2)
  const x = emptyValue(dtypes.float32, [6, 5, 2, 3])
  for (let i = 0; i < x.elementCount; i++) x.storage.data[i] = uniform()
  const turned = bind('permute', [x], { dims: [3, 2, 1, 0] })
  const params = { kernel: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1], ceilMode: false } as const
  const places = maxPoolIndices(turned, params)
  setHeapFrom(Number.POSITIVE_INFINITY)
  const copy = bind('copy', [turned], null)
  expect(places.storage.data).toEqual(maxPoolIndices(copy, params).storage.data)
})
