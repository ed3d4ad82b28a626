// Convolutions and their gradients on WebAssembly kernels, against the reference in float64.
import { afterEach, expect, test, vi } from 'vitest'
import * as reference from '../../src/backends/reference/convolution.ts'
import { convolve, convolveInputGradient } from '../../src/backends/wasm/contraction/convolution.ts'
import { convolveWeightGradient } from '../../src/backends/wasm/contraction/convolution-weight.ts'
import { dtypes } from '../../src/core/dtype.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { emptyValue, type Value } from '../../src/core/value.ts'
import { bind } from '../../src/primitives/bind.ts'
import { convolution } from '../../src/primitives/operations/spatial.ts'
import { forced, leaveAlone } from './forced-kernels.ts'
import { generator } from './seeded.ts'

vi.mock('../../src/backends/wasm/contraction/kernels.ts', async (original) => (await import('./forced-kernels.ts')).forcedKernels(original))
vi.mock('../../src/backends/wasm/launch.ts', async (original) => (await import('./forced-kernels.ts')).forcedLaunches(original))

const before = setHeapFrom(1)
afterEach(() => {
  setHeapFrom(before)
  leaveAlone()
})

const wasm = { convolve, convolveInputGradient, convolveWeightGradient }
type Backend = typeof wasm | typeof reference

interface Case {
  readonly x: readonly number[]
  readonly weight: readonly number[]
  readonly params: reference.ConvolutionParams
}

function filled(shape: readonly number[], uniform: () => number): Value {
  const value = emptyValue(dtypes.float32, shape)
  for (let i = 0; i < value.elementCount; i++) value.storage.data[i] = uniform()
  return value
}

function check(run: (backend: Backend, output: Value) => unknown, shape: readonly number[], terms: number, message: string): void {
  const expected = emptyValue(dtypes.float64, shape)
  expected.storage.data.fill(0)
  run(reference, expected)
  const compute = (wide: boolean, backwards: boolean): Value => {
    Object.assign(forced, { wide, backwards })
    const result = emptyValue(dtypes.float32, shape)
    result.storage.data.fill(Number.NaN)
    expect(run(wasm, result), message).toBe(true)
    return result
  }
  const output = compute(false, false)
  // neither the shape of tiles nor who does which task changes a bit
  expect(compute(true, true).storage.data, message).toEqual(output.storage.data)
  // numbers lie in [−1, 1): the sum of up to 256 products errs by roundings of about its root, n times; longer sums are made of such
  const tolerance = 1e-6 + 5e-8 * Math.min(terms, 256) + 2e-7 * Math.sqrt(terms)
  for (let i = 0; i < output.elementCount; i++) {
    const difference = Math.abs((output.storage.data[i] as number) - (expected.storage.data[i] as number))
    if (!(difference <= tolerance))
      expect.fail(`${message}: element ${i} of ${shape}: ${output.storage.data[i]}, not ${expected.storage.data[i]}`)
  }
}

function checkAll({ x: xShape, weight: weightShape, params }: Case, uniform: () => number): void {
  const message = JSON.stringify({ x: xShape, weight: weightShape, ...params })
  const [images, , height, width] = xShape as [number, number, number, number]
  const [outputs, channels, kh, kw] = weightShape as [number, number, number, number]
  const { stride, padding, dilation, groups } = params
  const outputSize = (size: number, kernel: number, d: 0 | 1): number =>
    Math.floor((size + 2 * padding[d] - dilation[d] * (kernel - 1) - 1) / stride[d]) + 1
  const yShape = [images, outputs, outputSize(height, kh, 0), outputSize(width, kw, 1)]
  const pixels = (yShape[2] as number) * (yShape[3] as number)
  const x = filled(xShape, uniform)
  const weight = filled(weightShape, uniform)
  const dy = filled(yShape, uniform)
  check((backend, y) => backend.convolve(x, weight, y, params), yShape, channels * kh * kw, `forward ${message}`)
  const taps = (outputs / groups) * kh * kw
  check((backend, dx) => backend.convolveInputGradient(dy, weight, dx, params), xShape, taps, `input gradient ${message}`)
  check((backend, dw) => backend.convolveWeightGradient(x, dy, dw, params), weightShape, images * pixels, `weight gradient ${message}`)
}

test('random geometry', () => {
  setHeapFrom(1)
  const { integer, uniform } = generator(1)
  let checked = 0
  for (let trial = 0; trial < 300; trial++) {
    const groups = [1, 1, 2, 3][integer(0, 3)] as number
    const channels = integer(1, 5)
    const filters = integer(1, trial % 4 === 0 ? 14 : 5)
    const kernel = [integer(1, 5), integer(1, 5)] as const
    const params = {
      groups,
      stride: [integer(1, 3), integer(1, 3)] as const,
      padding: [integer(0, 4), integer(0, 4)] as const,
      dilation: [integer(1, 3), integer(1, 3)] as const,
    }
    const size = [integer(1, 14), integer(1, trial % 2 === 0 ? 14 : 40)] as const
    const fits = ([0, 1] as const).every((d) => size[d] + 2 * params.padding[d] > params.dilation[d] * (kernel[d] - 1))
    if (!fits) continue
    checkAll({ x: [integer(1, 4), groups * channels, ...size], weight: [groups * filters, channels, ...kernel], params }, uniform)
    checked++
  }
  expect(checked).toBeGreaterThan(150)
})

const plain = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 } as const

test.each<[string, Case]>([
  ['a layer of a small network', { x: [16, 8, 28, 28], weight: [16, 8, 3, 3], params: plain }],
  ['one image with many rows', { x: [1, 3, 150, 151], weight: [13, 3, 7, 7], params: { ...plain, stride: [2, 2], padding: [3, 3] } }],
  ['a large image of many channels', { x: [1, 64, 60, 60], weight: [8, 64, 3, 3], params: plain }],
  ['more images than a task takes', { x: [70, 2, 6, 6], weight: [3, 2, 3, 3], params: plain }],
  ['many images in groups', { x: [24, 8, 20, 20], weight: [24, 4, 3, 3], params: { ...plain, groups: 2 } }],
  ['many filters of one image', { x: [1, 64, 12, 12], weight: [96, 64, 3, 3], params: plain }],
  ['pointwise', { x: [3, 20, 7, 7], weight: [30, 20, 1, 1], params: { ...plain, padding: [0, 0] } }],
  ['pointwise with stride', { x: [3, 20, 8, 8], weight: [30, 20, 1, 1], params: { ...plain, padding: [0, 0], stride: [2, 2] } }],
  ['pointwise on a wide image', { x: [2, 5, 8, 64], weight: [7, 5, 1, 1], params: { ...plain, padding: [0, 0] } }],
  ['depthwise', { x: [2, 40, 17, 17], weight: [40, 1, 3, 3], params: { ...plain, groups: 40 } }],
  [
    'depthwise with a multiplier and stride',
    { x: [2, 12, 15, 15], weight: [24, 1, 3, 3], params: { ...plain, groups: 12, stride: [2, 2] } },
  ],
  ['patches', { x: [2, 3, 32, 32], weight: [10, 3, 8, 8], params: { ...plain, padding: [0, 0], stride: [8, 8] } }],
  ['one output', { x: [9, 16, 5, 5], weight: [12, 16, 5, 5], params: { ...plain, padding: [0, 0] } }],
  ['one dim', { x: [3, 6, 1, 100], weight: [8, 6, 1, 5], params: { ...plain, padding: [0, 2] } }],
  ['much padding', { x: [2, 2, 2, 2], weight: [3, 2, 5, 5], params: { ...plain, padding: [4, 4] } }],
  ['a stride that steps over rows', { x: [2, 2, 11, 11], weight: [3, 2, 1, 2], params: { ...plain, padding: [0, 0], stride: [4, 4] } }],
])('%s', (_, wanted) => {
  setHeapFrom(1)
  checkAll(wanted, generator(3).uniform)
})

test('the primitives take operands as they lie in memory', () => {
  setHeapFrom(1)
  const { uniform } = generator(4)
  const x = bind('permute', [filled([9, 10, 3, 2], uniform)], { dims: [3, 2, 1, 0] })
  const weight = bind('permute', [filled([3, 3, 3, 4], uniform)], { dims: [3, 2, 1, 0] })
  const y = convolution(x, weight, plain)
  const expected = emptyValue(dtypes.float64, y.shape)
  expected.storage.data.fill(0)
  setHeapFrom(Number.POSITIVE_INFINITY)
  reference.convolve(bind('copy', [x], null), bind('copy', [weight], null), expected, plain)
  for (let i = 0; i < y.elementCount; i++) expect(y.storage.data[i]).toBeCloseTo(expected.storage.data[i] as number, 5)
})

test('other element types are left to the reference', () => {
  setHeapFrom(1)
  const x = bind('cast', [filled([2, 3, 6, 6], generator(5).uniform)], { dtype: 'float64' })
  const weight = bind('cast', [filled([4, 3, 3, 3], generator(6).uniform)], { dtype: 'float64' })
  const y = emptyValue(dtypes.float64, [2, 4, 6, 6])
  expect(wasm.convolve(x, weight, y, plain)).toBe(false)
  const computed = convolution(x, weight, plain)
  y.storage.data.fill(0)
  reference.convolve(x, weight, y, plain)
  expect(computed.storage.data).toEqual(y.storage.data)
})
