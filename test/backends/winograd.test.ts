// Winograd's filtering on WebAssembly kernels: against the reference in float64, and its bits for both shapes of tiles and any order of tasks.
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import * as reference from '../../src/backends/reference/convolution.ts'
import { convolve, convolveInputGradient } from '../../src/backends/wasm/contraction/convolution.ts'
import { convolveWeightGradient } from '../../src/backends/wasm/contraction/convolution-weight.ts'
import { dtypes } from '../../src/core/dtype.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { emptyValue, type Value } from '../../src/core/value.ts'
import { getNumThreads, setNumThreads } from '../../src/index.ts'
import { startWorkers } from '../threads/test-kernels.ts'
import { forced, leaveAlone } from './forced-kernels.ts'
import { generator } from './seeded.ts'

vi.mock('../../src/backends/wasm/contraction/kernels.ts', async (original) => (await import('./forced-kernels.ts')).forcedKernels(original))
vi.mock('../../src/backends/wasm/launch.ts', async (original) => (await import('./forced-kernels.ts')).forcedLaunches(original))

const before = setHeapFrom(1)
afterEach(() => {
  setHeapFrom(before)
  leaveAlone()
})

interface Case {
  readonly images: number
  readonly channels: number
  readonly filters: number
  readonly size: readonly [number, number]
  readonly padding: readonly [number, number]
}

const wasm = { convolve, convolveInputGradient, convolveWeightGradient }
type Backend = typeof wasm | typeof reference

/** The largest error that is allowed, over the root of the results' mean square: see docs/accuracy.md. */
const TOLERANCE = 1e-5

function filled(shape: readonly number[], uniform: () => number): Value {
  const value = emptyValue(dtypes.float32, shape)
  for (let i = 0; i < value.elementCount; i++) value.storage.data[i] = uniform()
  return value
}

/** Computes in float64, in both shapes and both orders; returns the kernels that the first used. */
function check(shape: readonly number[], run: (backend: Backend, output: Value) => unknown, message: string): readonly string[] {
  const expected = emptyValue(dtypes.float64, shape)
  expected.storage.data.fill(0)
  run(reference, expected)
  const compute = (wide: boolean, backwards: boolean): Value => {
    Object.assign(forced, { wide, backwards, launched: [] })
    const result = emptyValue(dtypes.float32, shape)
    result.storage.data.fill(Number.NaN)
    expect(run(wasm, result), message).toBe(true)
    return result
  }
  const output = compute(false, false)
  const used = forced.launched
  expect(compute(true, true).storage.data, message).toEqual(output.storage.data)
  const [got, wanted] = [output.storage.data as Float32Array, expected.storage.data as Float64Array]
  const scale = Math.sqrt(wanted.reduce((sum, value) => sum + value * value, 0) / wanted.length)
  const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs((got[i] as number) - value)), 0)
  expect(got.some(Number.isNaN), message).toBe(false)
  expect(worst / scale, message).toBeLessThan(TOLERANCE)
  return used
}

function checkAll({ images, channels, filters, size, padding }: Case, uniform: () => number): void {
  const params = { stride: [1, 1], padding, dilation: [1, 1], groups: 1 } as const
  const out = [size[0] + 2 * padding[0] - 2, size[1] + 2 * padding[1] - 2]
  const [xShape, weightShape, yShape] = [
    [images, channels, ...size],
    [filters, channels, 3, 3],
    [images, filters, ...out],
  ]
  const [x, weight, dy] = [xShape, weightShape, yShape].map((shape) => filled(shape, uniform)) as [Value, Value, Value]
  const message = JSON.stringify({ xShape, weightShape, padding })
  const directions = [
    check(yShape, (backend, y) => backend.convolve(x, weight, y, params), `forward ${message}`),
    check(xShape, (backend, dx) => backend.convolveInputGradient(dy, weight, dx, params), `input gradient ${message}`),
    check(weightShape, (backend, dw) => backend.convolveWeightGradient(x, dy, dw, params), `weight gradient ${message}`),
  ]
  for (const used of directions) expect(used.join(), message).toContain('Winograd')
}

const sizes = fc.record({
  images: fc.integer({ min: 1, max: 5 }),
  channels: fc.integer({ min: 16, max: 70 }),
  filters: fc.integer({ min: 16, max: 40 }),
  size: fc.tuple(fc.integer({ min: 4, max: 40 }), fc.integer({ min: 4, max: 40 })),
  padding: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })),
})

/** So many channels and tiles that transforms pay. */
const pays = ({ images, channels, filters, size, padding }: Case): boolean => {
  const out = size.map((length, d) => length + 2 * (padding[d] as number) - 2)
  return (
    channels * filters >= 12 * (channels + filters) &&
    Math.min(...out) >= 4 &&
    images * out.reduce((tiles, length) => tiles * Math.ceil(length / 4), 1) >= 32
  )
}

test('any sizes and padding', () => {
  setHeapFrom(1)
  const { uniform } = generator(1)
  fc.assert(
    fc.property(sizes.filter(pays), (sizes) => checkAll(sizes, uniform)),
    { seed: 1, numRuns: 40 },
  )
})

const square = (size: number, padding = 1) => ({ size: [size, size], padding: [padding, padding] }) as const

test.each<[string, Case]>([
  ['one large image', { images: 1, channels: 32, filters: 32, ...square(60) }],
  ['a wide image', { images: 1, channels: 16, filters: 60, size: [8, 150], padding: [1, 1] }],
  ['small images', { images: 33, channels: 64, filters: 48, ...square(4) }],
  ['many channels', { images: 4, channels: 300, filters: 270, ...square(12, 0) }],
])('%s', (_, sizes) => {
  setHeapFrom(1)
  checkAll(sizes, generator(2).uniform)
})

test('any number of threads gives the same bits', () => {
  const { uniform } = generator(3)
  const params = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 } as const
  const [xShape, weightShape, yShape] = [
    [16, 40, 22, 22],
    [50, 40, 3, 3],
    [16, 50, 22, 22],
  ]
  const [x, weight, dy] = [xShape, weightShape, yShape].map((shape) => filled(shape, uniform)) as [Value, Value, Value]
  const compute = (): unknown => {
    const [y, dx, dw] = [yShape, xShape, weightShape].map((shape) => emptyValue(dtypes.float32, shape)) as [Value, Value, Value]
    convolve(x, weight, y, params)
    convolveInputGradient(dy, weight, dx, params)
    convolveWeightGradient(x, dy, dw, params)
    return [y, dx, dw].map(({ storage }) => storage.data.slice())
  }
  const threads = getNumThreads()
  try {
    setNumThreads(1)
    const alone = compute()
    for (const count of [2, 3]) {
      setNumThreads(count)
      startWorkers(count - 1)
      for (let i = 0; i < 3; i++) expect(compute()).toEqual(alone)
    }
  } finally {
    setNumThreads(threads)
  }
})
