// Measures convolutions of 3 × 3 taps against the reference in float64: as sums over taps, and by Winograd's filtering.
import * as reference from '../../src/backends/reference/convolution.ts'
import { convolveByTaps, inputGradientByTaps } from '../../src/backends/wasm/contraction/convolution.ts'
import { geometryOf } from '../../src/backends/wasm/contraction/convolution-geometry.ts'
import { weightGradientByDots } from '../../src/backends/wasm/contraction/convolution-weight.ts'
import { backwardFiltering, filter, forwardFiltering } from '../../src/backends/wasm/contraction/winograd.ts'
import { correlate } from '../../src/backends/wasm/contraction/winograd-weight.ts'
import { dtypes } from '../../src/core/dtype.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { emptyValue, type Value } from '../../src/core/value.ts'
import { manualSeed, randn } from '../../src/index.ts'

const params = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 } as const
/** Height and width of images. */
const SIZE = 16

const normal = (shape: readonly number[], deviation: number): Value => randn([...shape]).mul(deviation)

/** Operands of a convolution with results of the images' size. */
function operands(images: number, channels: number, filters: number) {
  const x = normal([images, channels, SIZE, SIZE], 1)
  const weight = normal([filters, channels, 3, 3], Math.sqrt(2 / (9 * channels)))
  const dy = normal([images, filters, SIZE, SIZE], 1)
  return { g: geometryOf(x, weight, dy, params), x, weight, dy }
}

/** A row: largest and root mean square errors of each way, over the root mean square of the results, in units of 10⁻⁷. */
function row(name: string, { shape }: Value, exactly: (output: Value) => void, ways: readonly ((output: Value) => boolean)[]): string {
  const exact = emptyValue(dtypes.float64, shape)
  exact.storage.data.fill(0)
  exactly(exact)
  const wanted = exact.storage.data as Float64Array
  const meanSquare = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
  const cells = ways.flatMap((way) => {
    const result = emptyValue(dtypes.float32, shape)
    if (!way(result)) throw new Error(`${name}: there is no room`)
    const errors = wanted.map((value, i) => Math.abs((result.storage.data[i] as number) - value))
    return [errors.reduce((a, b) => Math.max(a, b)), meanSquare(errors)].map((error) => ((error / meanSquare(wanted)) * 1e7).toFixed(1))
  })
  return `| ${[name, ...cells].join(' | ')} |`
}

function forward(channels: number): string {
  const { g, x, weight, dy } = operands(4, channels, 32)
  const ways = [(y: Value) => convolveByTaps(g, x, weight, y), (y: Value) => filter(forwardFiltering(g, x, weight, y))]
  return row(`forward, ${channels} channels`, dy, (y) => reference.convolve(x, weight, y, params), ways)
}

function inputGradient(filters: number): string {
  const { g, x, weight, dy } = operands(4, 32, filters)
  const ways = [(dx: Value) => inputGradientByTaps(g, dy, weight, dx), (dx: Value) => filter(backwardFiltering(g, dy, weight, dx))]
  return row(`input gradient, ${filters} filters`, x, (dx) => reference.convolveInputGradient(dy, weight, dx, params), ways)
}

function weightGradient(images: number): string {
  const { g, x, weight, dy } = operands(images, 32, 32)
  const ways = [(dw: Value) => weightGradientByDots(g, x, dy, dw), (dw: Value) => correlate(g, x, dy, dw)]
  const name = `weight gradient, ${images * SIZE * SIZE} outputs`
  return row(name, weight, (dw) => reference.convolveWeightGradient(x, dy, dw, params), ways)
}

/** The table of docs/accuracy.md. */
export function convolutionTable(): string {
  const before = setHeapFrom(1)
  manualSeed(0)
  const head = ['| sums over | direct: largest | root mean square | Winograd: largest | root mean square |', '|---|---:|---:|---:|---:|']
  const rows = [...[16, 32, 128, 512].flatMap((count) => [forward(count), inputGradient(count)]), ...[4, 16, 64].map(weightGradient)]
  setHeapFrom(before)
  return [...head, ...rows].join('\n')
}
