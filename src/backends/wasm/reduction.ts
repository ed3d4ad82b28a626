// Reductions as WebAssembly kernels: a loop kernel that reduces its rows. Long rows are cut into pieces, whose partial results a second
// launch combines; where they are cut depends on sizes only.
import { type DTypeFacts, dtypes } from '../../core/dtype.ts'
import { contiguousStrides } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import type { ScalarOperationName } from '../expression.ts'
import { collapse, type IndexSpace } from '../index-space.ts'
import type { ReductionKernel } from '../reference/reduction.ts'
import type { Combination, LoopKernel } from './loops/ir.ts'
import type { PlacedOperand } from './loops/plan.ts'
import { rowReduction } from './loops/row-reduction.ts'
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

/** The loop kernel of a reduction between dtypes: operand 0 to operand 1; null where there is none. */
export function reductionKernelOf({ step }: ReductionKernel, from: DTypeFacts, to: DTypeFacts): LoopKernel | null {
  const combine = step.kind === 'operation' ? combinations[step.name] : undefined
  if (combine === undefined) return null
  const floats = from.category === 2 || to.category === 2
  const wide = floats && (combine === 'prod' || from.bytes === 8 || to.bytes === 8)
  return rowReduction(combine, wide ? 'float64' : floats ? 'float32' : 'int32')
}

/** Elements of a piece of a row. */
const PIECE = 32768
/** So many tasks are enough for any number of threads. */
const ENOUGH_TASKS = 64

/** The dims that stay, and those that are reduced by falling strides, neighbours merged. */
function split(x: Value, dims: readonly number[]): { kept: IndexSpace; reduced: IndexSpace } {
  const stride = (d: number): number => x.strides[d] as number
  const space = (list: readonly number[]): IndexSpace => ({ sizes: list.map((d) => x.shape[d] as number), strides: [list.map(stride)] })
  const all = x.shape.map((_, d) => d)
  const { sizes, strides } = space(dims.toSorted((p, q) => Math.abs(stride(q)) - Math.abs(stride(p))))
  return { kept: space(all.filter((d) => !dims.includes(d))), reduced: collapse(sizes, strides) }
}

/** Reduces `x` over `dims` into the dense `output`; false where the reference must. */
export function runReduction(kernel: ReductionKernel, x: Value, dims: readonly number[], output: Value): boolean {
  const [from, to] = [x.storage.type, output.storage.type]
  const loops = reductionKernelOf(kernel, from, to)
  if (loops === null || x.elementCount === 0) return false
  const { kept, reduced } = split(x, dims)
  const [keptSteps, reducedSteps] = [kept.strides[0] as number[], reduced.strides[0] as number[]]
  const none = reducedSteps.map(() => 0)
  const rows = output.elementCount
  const rowElements = x.elementCount / rows
  const keptStrides = contiguousStrides(kept.sizes)
  // pieces of rows: the outermost reduced dim in parts of `step`
  const [outermost = 1, ...within] = reduced.sizes
  const inside = within.reduce((product, size) => product * size, 1)
  const sideBySide = Math.abs(reducedSteps.at(-1) as number) !== 1
  const pieceRows = sideBySide ? Math.max(1, Math.ceil(PIECE / (inside * Math.min(rows, 512)))) : Math.max(1, Math.floor(PIECE / inside))
  const pieces = Math.floor(outermost / pieceRows)
  const tasks = sideBySide ? rows / 16 : rows
  const cut = pieces > 1 && tasks < ENOUGH_TASKS * (sideBySide ? 4 : 1) && rows * rowElements >= 2 * PIECE
  const partials = cut ? pieces + (outermost % pieceRows === 0 ? 0 : 1) : 1
  const partialType: DTypeFacts = loops.computes === 'float64' ? dtypes.float64 : to
  const partial = cut ? scratch(rows * partials * partialType.bytes) : 0
  if (cut && partial === 0) return false
  begin()
  const input = source(x)
  const target = destination(output)
  if (input === 0 || target === 0) return false
  const done: PlacedOperand = { type: to, address: target, outer: keptStrides, inner: none }
  if (!cut) {
    const read: PlacedOperand = { type: from, address: input, outer: keptSteps, inner: reducedSteps }
    if (!launchRows(loops, kept.sizes, reduced.sizes, [read, done])) return false
    finish()
    return true
  }
  // partial results lie piece after piece, each like the output
  const outer = [pieces, ...kept.sizes]
  const step = (reducedSteps[0] as number) * pieceRows
  const piece = (address: number, sizes: readonly number[], at: number, length: number): boolean =>
    launchRows(
      loops,
      sizes,
      [length, ...within],
      [
        { type: from, address, outer: sizes === outer ? [step, ...keptSteps] : keptSteps, inner: reducedSteps },
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
    loops,
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
