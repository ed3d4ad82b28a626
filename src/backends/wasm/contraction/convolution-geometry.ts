// Convolutions as sums over taps: which planes of the image a tap reads, and by how much it is shifted there. Sizes only; no memory.
import type { Value } from '../../../core/value.ts'
import type { ConvolutionParams } from '../../reference/convolution.ts'
import type { Tap, Variant } from './convolution-arrange.ts'

/** Elements of a plane that may become one row. */
const LONGEST_ROW = 1024

type Pair = readonly [number, number]

/** Sizes of a convolution of dense values. */
export interface Geometry extends ConvolutionParams {
  readonly images: number
  /** Channels and filters of one group. */
  readonly channels: number
  readonly filters: number
  readonly size: Pair
  readonly kernel: Pair
  readonly out: Pair
}

/** Outputs that are `step` apart (in both dims), from `start` on, with taps of their own. */
export interface Phase {
  readonly start: Pair
  readonly count: Pair
  readonly taps: readonly Tap[]
}

/** What all outputs are computed from. */
export interface TapPlan {
  readonly variants: readonly Variant[]
  readonly stride: Pair
  readonly phases: readonly Phase[]
  readonly step: Pair
  /** The largest shift of any tap. */
  readonly reach: Pair
}

/** Sizes from those of the image, the filters and the result. A 1 × 1 kernel sees no rows, so that they become one. */
export function geometryOf(x: Value, weight: Value, y: Value, params: ConvolutionParams): Geometry {
  const [images, , height, width] = x.shape as readonly [number, number, number, number]
  const [outputs, channels, ...kernel] = weight.shape as readonly [number, number, number, number]
  const [, , ...out] = y.shape as readonly [number, number, number, number]
  const filters = outputs / params.groups
  const { stride, padding } = params
  const pointwise = [...kernel, ...stride].every((n) => n === 1) && padding[0] === 0 && padding[1] === 0
  const oneRow = pointwise && width % 8 !== 0 && height * width <= LONGEST_ROW
  const size: Pair = oneRow ? [1, height * width] : [height, width]
  return { ...params, images, channels, filters, size, kernel, out: oneRow ? size : out }
}

const modulo = (a: number, b: number): number => ((a % b) + b) % b

/** Every tap of a kernel, in the order of its weights. */
function* tapsOf([rows, columns]: Pair): Generator<readonly [y: number, x: number, weight: number]> {
  for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) yield [y, x, y * columns + x]
}

/** Numbers planes by where they start. */
function numbering(): { variants: Variant[]; numberOf: (y: number, x: number) => number } {
  const variants: Variant[] = []
  const numberOf = (y: number, x: number): number => {
    const known = variants.findIndex((variant) => variant.y === y && variant.x === x)
    return known >= 0 ? known : variants.push({ y, x }) - 1
  }
  return { variants, numberOf }
}

const reachOf = (phases: readonly Phase[]): Pair => {
  const most = (d: 0 | 1): number => Math.max(0, ...phases.flatMap(({ taps }) => taps.map(({ shift }) => shift[d])))
  return [most(0), most(1)]
}

/** The result at (y, x) reads (y · stride + tap · dilation − padding): a plane for each remainder of tap · dilation, a shift for each quotient. */
export function forwardPlan({ kernel, stride, padding, dilation, out }: Geometry): TapPlan {
  const { variants, numberOf } = numbering()
  const taps: Tap[] = []
  for (const [ky, kx, weight] of tapsOf(kernel)) {
    const [y, x] = [ky * dilation[0], kx * dilation[1]]
    const variant = numberOf((y % stride[0]) - padding[0], (x % stride[1]) - padding[1])
    taps.push({ variant, shift: [Math.floor(y / stride[0]), Math.floor(x / stride[1])], weight })
  }
  const phases = [{ start: [0, 0], count: out, taps }] as const
  return { variants, stride, phases, step: [1, 1], reach: reachOf(phases) }
}

/**
 * The image's gradient at y is Σ over taps of that of the result at (y + padding − tap · dilation) / stride where that is whole: for each
 * remainder of y a convolution of its own, without stride, with the taps that make it whole.
 */
export function backwardPlan({ kernel, stride, padding, dilation, size }: Geometry): TapPlan {
  const found: { start: Pair; count: Pair; taps: { shift: Pair; weight: number }[] }[] = []
  for (let a = 0; a < Math.min(stride[0], size[0]); a++) {
    for (let b = 0; b < Math.min(stride[1], size[1]); b++) {
      const taps: { shift: Pair; weight: number }[] = []
      for (const [ky, kx, weight] of tapsOf(kernel)) {
        const [y, x] = [a + padding[0] - ky * dilation[0], b + padding[1] - kx * dilation[1]]
        if (modulo(y, stride[0]) === 0 && modulo(x, stride[1]) === 0) taps.push({ shift: [y / stride[0], x / stride[1]], weight })
      }
      const count: Pair = [Math.ceil((size[0] - a) / stride[0]), Math.ceil((size[1] - b) / stride[1])]
      found.push({ start: [a, b], count, taps })
    }
  }
  const first = (d: 0 | 1): number => {
    const shifts = found.flatMap(({ taps }) => taps.map(({ shift }) => shift[d]))
    return shifts.length === 0 ? 0 : Math.min(...shifts)
  }
  const origin: Variant = { y: first(0), x: first(1) }
  const phases = found.map((phase) => ({
    ...phase,
    taps: phase.taps.map(({ shift: [y, x], weight }) => ({ variant: 0, shift: [y - origin.y, x - origin.x] as const, weight })),
  }))
  return { variants: [origin], stride: [1, 1], phases, step: stride, reach: reachOf(phases) }
}

/** Taps by the row of the image that they read for the first row of results, ascending. */
export function tapRows({ variants, stride }: TapPlan, taps: readonly Tap[]): { readonly y: number; readonly taps: Tap[] }[] {
  const rows = new Map<number, Tap[]>()
  for (const tap of taps) {
    const y = (variants[tap.variant] as Variant).y + tap.shift[0] * stride[0]
    rows.set(y, [...(rows.get(y) ?? []), tap])
  }
  return [...rows].map(([y, list]) => ({ y, taps: list })).sort((a, b) => a.y - b.y)
}
