// Reductions as WebAssembly kernels: a loop kernel that reduces its rows. Long rows are cut into pieces, whose partial results a second
// launch combines; where they are cut depends on sizes only.
import { type DTypeFacts, dtypes } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { ScalarOperationName } from '../expression.ts'
import type { ReductionKernel } from '../reference/reduction.ts'
import { type Combination, element, type LoopKernel, result } from './loops/ir.ts'
import type { PlacedOperand } from './loops/plan.ts'
import { launchRows } from './loops/run.ts'
import { begin, destination, finish, scratch, source } from './operands.ts'

const combinations: { readonly [step in ScalarOperationName]?: Combination } = {
  add: 'sum',
  mul: 'prod',
  max: 'max',
  min: 'min',
  or: 'any',
  and: 'all',
}

const kernels = /*@__PURE__*/ new Map<string, LoopKernel>()

/** The kernel that reduces operand 0 to operand 1. */
function rowReduction(combine: Combination, computes: 'float32' | 'float64' | 'int32'): LoopKernel {
  const key = `${combine} ${computes}`
  let kernel = kernels.get(key)
  if (kernel === undefined) {
    kernel = {
      name: combine,
      operands: 2,
      stages: [
        { per: 'element', reductions: [{ combine, value: element(0) }] },
        { per: 'row', stores: [{ operand: 1, value: result(0) }] },
      ],
      computes,
    }
    kernels.set(key, kernel)
  }
  return kernel
}

/** Elements of a piece of a row. */
const PIECE = 32768
/** So many tasks are enough for any number of threads. */
const ENOUGH_TASKS = 64

interface Dims {
  readonly sizes: number[]
  readonly strides: number[]
}

/** The dims that stay and those that are reduced, by falling strides, neighbours merged. */
function split(x: Value, dims: readonly number[]): { kept: Dims; reduced: Dims } {
  const kept: Dims = { sizes: [], strides: [] }
  const reduced: Dims = { sizes: [], strides: [] }
  x.shape.forEach((size, d) => {
    const to = dims.includes(d) ? reduced : kept
    to.sizes.push(size)
    to.strides.push(x.strides[d] as number)
  })
  const order = reduced.sizes
    .map((_, d) => d)
    .sort((p, q) => Math.abs(reduced.strides[q] as number) - Math.abs(reduced.strides[p] as number))
  const merged: Dims = { sizes: [], strides: [] }
  for (const d of order) {
    const size = reduced.sizes[d] as number
    const stride = reduced.strides[d] as number
    if (size === 1) continue
    const last = merged.sizes.length - 1
    if (last >= 0 && merged.strides[last] === stride * size) {
      merged.sizes[last] = (merged.sizes[last] as number) * size
      merged.strides[last] = stride
    } else {
      merged.sizes.push(size)
      merged.strides.push(stride)
    }
  }
  if (merged.sizes.length === 0) {
    merged.sizes.push(1)
    merged.strides.push(0)
  }
  return { kept, reduced: merged }
}

/** Reduces `x` over `dims` into the dense `output`; false where the reference must. */
export function runReduction(kernel: ReductionKernel, x: Value, dims: readonly number[], output: Value): boolean {
  const combine = kernel.step.kind === 'operation' ? combinations[kernel.step.name] : undefined
  if (combine === undefined || x.elementCount === 0) return false
  const [from, to] = [x.storage.type, output.storage.type]
  const floats = from.category === 2 || to.category === 2
  const wide = floats && (combine === 'prod' || from.bytes === 8 || to.bytes === 8)
  const computes = wide ? 'float64' : floats ? 'float32' : 'int32'
  const loops = rowReduction(combine, computes)
  const { kept, reduced } = split(x, dims)
  const rows = output.elementCount
  const rowElements = x.elementCount / rows
  const keptStrides = contiguous(kept.sizes)
  // pieces of rows: the outermost reduced dim in parts of `step`
  const [outermost = 1, ...within] = reduced.sizes
  const inside = within.reduce((product, size) => product * size, 1)
  const sideBySide = Math.abs(reduced.strides.at(-1) as number) !== 1
  const pieceRows = sideBySide ? Math.max(1, Math.ceil(PIECE / (inside * Math.min(rows, 512)))) : Math.max(1, Math.floor(PIECE / inside))
  const pieces = Math.floor(outermost / pieceRows)
  const tasks = sideBySide ? rows / 16 : rows
  const cut = pieces > 1 && tasks < ENOUGH_TASKS * (sideBySide ? 4 : 1) && rows * rowElements >= 2 * PIECE
  const partials = cut ? pieces + (outermost % pieceRows === 0 ? 0 : 1) : 1
  const partialType: DTypeFacts = wide ? dtypes.float64 : to
  const partial = cut ? scratch(rows * partials * partialType.bytes) : 0
  if (cut && partial === 0) return false
  begin()
  const input = source(x)
  const target = destination(output)
  if (input === 0 || target === 0) return false
  const done: PlacedOperand = { type: to, address: target, outer: keptStrides, inner: reduced.strides.map(() => 0) }
  if (!cut) {
    const read: PlacedOperand = { type: from, address: input, outer: kept.strides, inner: reduced.strides }
    if (!launchRows(loops, kept.sizes, reduced.sizes, [read, done])) return false
    finish()
    return true
  }
  // partial results lie piece after piece, each like the output
  const outer = [pieces, ...kept.sizes]
  const step = (reduced.strides[0] as number) * pieceRows
  const none = reduced.strides.map(() => 0)
  const piece = (address: number, sizes: readonly number[], at: number, length: number): boolean =>
    launchRows(
      loops,
      sizes,
      [length, ...within],
      [
        { type: from, address, outer: sizes === outer ? [step, ...kept.strides] : kept.strides, inner: reduced.strides },
        {
          type: partialType,
          address: partial + at * rows * partialType.bytes,
          outer: sizes === outer ? [rows, ...keptStrides] : keptStrides,
          inner: none,
        },
      ],
    )
  if (!piece(input, outer, 0, pieceRows)) return false
  if (partials > pieces) piece(input + pieces * step * from.bytes, kept.sizes, pieces, outermost % pieceRows)
  launchRows(
    rowReduction(combine, computes),
    kept.sizes,
    [partials],
    [
      { type: partialType, address: partial, outer: keptStrides, inner: [rows] },
      { ...done, inner: [0] },
    ],
  )
  finish()
  return true
}

/** Strides of a dense value. */
function contiguous(sizes: readonly number[]): number[] {
  const strides = new Array<number>(sizes.length)
  let step = 1
  for (let d = sizes.length - 1; d >= 0; d--) {
    strides[d] = step
    step *= sizes[d] as number
  }
  return strides
}
