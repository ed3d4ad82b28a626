// Pooling of float32 planes as WebAssembly kernels, a task for every few planes. Of a row of windows, those that lie inside the image are
// computed four at a time; the rest one by one. Sums are float64, as the reference's, so that results are equal.
import type { Value } from '../../core/value.ts'
import type { AveragePoolParams, PoolParams } from '../reference/pooling.ts'
import type { Code } from './assembler.ts'
import { add, type FunctionBuilder, i32, mul, sub } from './builder.ts'
import { begin, destination, finish, source } from './operands.ts'
import { loadFour } from './strided-load.ts'
import { cached, least, type UnitKernel, unitKernel } from './units.ts'

/** Arguments: addresses of the planes and of the windows' results, then what geometry says, in this order. */
const NAMES = [
  ...['x', 'y', 'height', 'width', 'outHeight', 'outWidth', 'kernelHeight', 'kernelWidth', 'strideHeight', 'strideWidth', 'padHeight'],
  ...['padWidth', 'dilationHeight', 'dilationWidth', 'insideFrom', 'insideTo', 'countsPadding', 'inverseLow', 'inverseHigh'],
] as const
type Name = (typeof NAMES)[number]
type Arguments = Readonly<Record<Name, Code>>

/** What four windows are reduced to (or one, in the first lane). */
interface Windows {
  start(f: FunctionBuilder, firstIndex: Code): void
  /** Sees an element of each, and the index in the plane of the first one's. */
  tap(f: FunctionBuilder, elements: Code, index: Code): void
  /** The results; `factor` is what sums are multiplied by, or the distance of indices. */
  finish(factor: Code): Code
}

const get = (name: string): Code => ['local.get', name]
const select = (condition: Code, yes: Code, no: Code): Code => ['select', yes, no, condition]
const notBelow0 = (f: FunctionBuilder, value: Code): Code => {
  const kept = f.let('i32', value)
  return f.let('i32', select(['i32.gt_s', kept, i32(0)], kept, i32(0)))
}
/** How many of `size` positions, `step` apart from `start` (which may be negative) on, lie before 0; at least none. */
const stepsTo = (f: FunctionBuilder, distance: Code, step: Code): Code => notBelow0(f, ['i32.div_s', sub(add(distance, step), 1), step])

interface Side {
  readonly start: Code
  readonly first: Code
  readonly last: Code
}

/** Part of a window that lies in the image along one dim: its start, and its first tap and the one after its last. */
function clip(f: FunctionBuilder, at: Code, stride: Code, padding: Code, dilation: Code, taps: Code, size: Code): Side {
  const start = f.let('i32', sub(mul(at, stride), padding))
  const [first, last] = [f.local('i32'), f.local('i32')] as const
  f.set(first, i32(0))
  f.set(last, taps)
  // most windows lie inside, and divisions are slow
  const reach = add(start, mul(sub(taps, 1), dilation))
  f.if(['i32.or', ['i32.lt_s', start, i32(0)], ['i32.ge_s', reach, size]], () => {
    f.set(first, stepsTo(f, sub(i32(0), start), dilation))
    f.set(last, least(taps, stepsTo(f, sub(size, start), dilation)))
  })
  return { start, first: get(first), last: get(last) }
}

/** 1 / the number of elements that a window's sum is divided by. */
function weightOf(f: FunctionBuilder, args: Arguments, y: Side, x: Side): Code {
  const weight = f.local('f64')
  const inverse: Code = ['i32x4.replace_lane', 1, ['i32x4.splat', args.inverseLow], args.inverseHigh]
  f.set(weight, ['f64x2.extract_lane', 0, inverse])
  f.if(['f64.eq', get(weight), ['f64.const', 0]], () => {
    const count = (side: Side, taps: Code, size: Code, padding: Code): Code =>
      select(args.countsPadding, sub(least(add(side.start, taps), add(size, padding)), side.start), sub(side.last, side.first))
    const rows = count(y, args.kernelHeight, args.height, args.padHeight)
    const area = mul(rows, count(x, args.kernelWidth, args.width, args.padWidth))
    f.set(weight, ['f64.div', ['f64.const', 1], ['f64.convert_i32_s', area]])
  })
  return get(weight)
}

/** Windows as far as the code depends on them: a stride of columns (0 for any), and a square kernel (0 for any size) whose taps are written out. */
interface Variant {
  readonly stride: number
  readonly taps: number
}

const windowKernel = (name: string, { stride, taps }: Variant, averages: boolean, windows: Windows): UnitKernel<Name> =>
  unitKernel(name, NAMES, (f, args, plane) => {
    const start = f.let('i32', add(args.x, mul(mul(mul(plane, args.height), args.width), 4)))
    const out = f.local('i32')
    const ox = f.local('i32')
    f.set(out, add(args.y, mul(mul(mul(plane, args.outHeight), args.outWidth), 4)))

    const window = (y: Side, x: Side, count: number): void => {
      const indexOf = (ky: Code, kx: Code): Code => {
        const row = mul(add(y.start, mul(ky, args.dilationHeight)), args.width)
        return add(add(row, x.start), mul(kx, args.dilationWidth))
      }
      windows.start(f, f.let('i32', indexOf(y.first, x.first)))
      const tap = (index: Code): void => {
        const address = f.let('i32', add(start, mul(index, 4)))
        windows.tap(f, count === 4 ? loadFour(address, stride, args.strideWidth) : ['v128.load32_zero', 0, address], index)
      }
      if (count === 4 && taps > 0)
        for (let i = 0; i < taps * taps; i++) tap(f.let('i32', indexOf(i32(Math.floor(i / taps)), i32(i % taps))))
      else
        f.for(y.first, y.last, 1, (ky) => {
          const at = f.local('i32')
          f.set(at, indexOf(ky, x.first))
          const end = f.let('i32', indexOf(ky, x.last))
          f.while(at, end, args.dilationWidth, tap)
        })
      const result = windows.finish(averages ? weightOf(f, args, y, x) : args.strideWidth)
      const to = add(get(out), mul(get(ox), 4))
      f.emit(count === 4 ? ['v128.store', 0, to, result] : ['v128.store32_lane', 0, 0, to, result])
      f.set(ox, add(get(ox), count))
    }

    f.for(0, args.outHeight, 1, (oy) => {
      const y = clip(f, oy, args.strideHeight, args.padHeight, args.dilationHeight, args.kernelHeight, args.height)
      // a row of windows that is cut has no taps to be written out
      const insideTo = taps === 0 ? args.insideTo : select(['i32.eq', sub(y.last, y.first), i32(taps)], args.insideTo, i32(0))
      const last = f.let('i32', insideTo)
      f.set(ox, i32(0))
      f.while(ox, args.outWidth, 0, () => {
        // the last four may overlap those before
        const four = f.let('i32', sub(last, 4))
        const overlap: Code = ['i32.and', ['i32.gt_s', get(ox), four], ['i32.lt_s', get(ox), last]]
        f.if(['i32.and', overlap, ['i32.ge_s', four, args.insideFrom]], () => f.set(ox, four))
        f.if(
          ['i32.and', ['i32.ge_s', get(ox), args.insideFrom], ['i32.le_s', add(get(ox), 4), last]],
          () => {
            const left = f.let('i32', sub(mul(get(ox), args.strideWidth), args.padWidth))
            window(y, { start: left, first: i32(0), last: args.kernelWidth }, 4)
          },
          () => {
            const x = clip(f, get(ox), args.strideWidth, args.padWidth, args.dilationWidth, args.kernelWidth, args.width)
            window(y, x, 1)
          },
        )
      })
      f.set(out, add(get(out), mul(args.outWidth, 4)))
    })
  })

/** Indices of the largest elements: the first of equals, and a NaN wins. */
function largest(): Windows {
  let [best, index] = ['', '']
  return {
    start(f, firstIndex) {
      best = f.local('v128')
      index = f.local('v128')
      f.set(best, ['f32x4.splat', ['f32.const', -Infinity]])
      // stands where nothing exceeds −∞
      f.set(index, ['i32x4.splat', firstIndex])
    },
    tap(f, elements, at) {
      const given = f.let('v128', elements)
      const wins = f.let('v128', ['v128.or', ['f32x4.gt', given, get(best)], ['f32x4.ne', given, given]])
      f.set(best, ['v128.bitselect', given, get(best), wins])
      f.set(index, ['v128.bitselect', ['i32x4.splat', at], get(index), wins])
    },
    finish: (stride) => ['i32x4.add', get(index), ['i32x4.mul', ['i32x4.splat', stride], ['v128.const', 'i32x4', 0, 1, 2, 3]]],
  }
}

const SWAP_HALVES = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]
const LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]

/** Means, summed in float64. */
function means(): Windows {
  let sums: string[] = []
  return {
    start(f) {
      sums = [f.local('v128'), f.local('v128')]
      for (const sum of sums) f.set(sum, ['v128.const', 'f64x2', 0, 0])
    },
    tap(f, elements) {
      const given = f.let('v128', elements)
      const halves: Code[] = [given, ['i8x16.shuffle', SWAP_HALVES, given, given]]
      sums.forEach((sum, i) => f.set(sum, ['f64x2.add', get(sum), ['f64x2.promote_low_f32x4', halves[i] as Code]]))
    },
    finish(weight) {
      const half = (i: number): Code => ['f32x4.demote_f64x2_zero', ['f64x2.mul', get(sums[i] as string), ['f64x2.splat', weight]]]
      return ['i8x16.shuffle', LOW_HALVES, half(0), half(1)]
    },
  }
}

/** Spreads the results' gradients over the windows: here `y` is what is read and `x` what is written. */
const spreadKernel = (): UnitKernel<Name> =>
  unitKernel('averagePoolGradient', NAMES, (f, args, plane) => {
    const bytes = f.let('i32', mul(mul(args.height, args.width), 4))
    const start = f.let('i32', add(args.x, mul(plane, bytes)))
    f.emit(['memory.fill', start, i32(0), bytes])
    const from = f.local('i32')
    f.set(from, add(args.y, mul(mul(mul(plane, args.outHeight), args.outWidth), 4)))
    f.for(0, args.outHeight, 1, (oy) => {
      const y = clip(f, oy, args.strideHeight, args.padHeight, args.dilationHeight, args.kernelHeight, args.height)
      f.for(0, args.outWidth, 1, (ox) => {
        const x = clip(f, ox, args.strideWidth, args.padWidth, args.dilationWidth, args.kernelWidth, args.width)
        const share = f.let('f64', ['f64.mul', ['f64.promote_f32', ['f32.load', 0, get(from)]], weightOf(f, args, y, x)])
        f.for(y.first, y.last, 1, (ky) => {
          const row = f.let('i32', add(mul(add(y.start, ky), args.width), x.start))
          const length = f.let('i32', mul(sub(x.last, x.first), 4))
          const base = f.let('i32', add(start, mul(add(row, x.first), 4)))
          f.for(0, length, 4, (at) => {
            const address = f.let('i32', add(base, at))
            f.emit(['f32.store', 0, address, ['f32.demote_f64', ['f64.add', ['f64.promote_f32', ['f32.load', 0, address]], share]]])
          })
        })
        f.set(from, add(get(from), 4))
      })
    })
  })

const kernels = /*@__PURE__*/ cached((key: string) => {
  const [name, stride, taps] = key.split(' ') as [string, string, string]
  if (name === 'averagePoolGradient') return spreadKernel()
  const averages = name === 'averagePool'
  return windowKernel(name, { stride: Number(stride), taps: Number(taps) }, averages, averages ? means() : largest())
})

interface Geometry extends PoolParams {
  readonly countIncludePad?: boolean
  readonly divisorOverride?: number | null
}

/** Runs a kernel over `planes`, whose windows' results (or their gradients) are `windows`, both dense. */
function pool(name: string, planes: Value, windows: Value, params: Geometry): boolean {
  if (planes.storage.type.name !== 'float32') return false
  const { kernel, stride, padding, dilation, countIncludePad = true, divisorOverride = null } = params
  begin()
  const spreads = name === 'averagePoolGradient'
  const x = spreads ? destination(planes) : source(planes)
  const y = spreads ? source(windows) : destination(windows)
  if (x === 0 || y === 0) return false
  const [images, channels, height, width] = planes.shape as readonly [number, number, number, number]
  const [, , outHeight, outWidth] = windows.shape as readonly [number, number, number, number]
  // a vector's windows take all of their columns from the image
  const insideFrom = Math.ceil(padding[1] / stride[1])
  const insideTo = Math.floor((width + padding[1] - dilation[1] * (kernel[1] - 1) - 1) / stride[1]) + 1
  const inverse = new Int32Array(Float64Array.of(divisorOverride === null ? 0 : 1 / divisorOverride).buffer)
  const values = [x, y, height, width, outHeight, outWidth, ...kernel, ...stride, ...padding, ...dilation]
  values.push(insideFrom, insideTo, Number(countIncludePad), ...inverse)
  const words = Object.fromEntries(NAMES.map((word, i) => [word, values[i]])) as Record<Name, number>
  const known = stride[1] <= 2 ? stride[1] : 0
  const taps = kernel[0] === kernel[1] && kernel[0] <= 3 ? kernel[0] : 0
  // nanoseconds: about half of one for an element, and one for each window
  const nanoseconds = outHeight * outWidth * (1 + 0.5 * kernel[0] * kernel[1])
  kernels(`${name} ${known} ${taps}`).run(images * channels, nanoseconds, words)
  finish()
  return true
}

/** Index into the H·W plane of each window's largest element of dense float32 planes; false where the reference must compute. */
export const maxPoolIndices = (x: Value, output: Value, params: PoolParams): boolean => pool('maxPoolIndices', x, output, params)

/** Mean of each window. */
export const averagePool = (x: Value, output: Value, params: AveragePoolParams): boolean =>
  pool('averagePool', x, output, { ...params, dilation: [1, 1] })

/** The transpose of `averagePool`. */
export const averagePoolGradient = (dy: Value, dx: Value, params: AveragePoolParams): boolean =>
  pool('averagePoolGradient', dx, dy, { ...params, dilation: [1, 1] })
