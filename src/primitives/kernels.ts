// The kernel table: how each primitive is computed. Data where that is possible (an expression, a step, an index map); plain
// loops of the reference backend elsewhere.
import { a, apply, b } from '../backends/expression.ts'
import { broadcastStrides } from '../backends/index-space.ts'
import { type ElementwiseKernel, elementwiseKernel } from '../backends/reference/elementwise.ts'
import { type Matrix, multiplyAdd } from '../backends/reference/matmul.ts'
import { type ReductionKernel, reductionKernel } from '../backends/reference/reduction.ts'
import { runElementwise } from '../backends/run.ts'
import { isDense, type Shape, sizeOf } from '../core/shape.ts'
import { emptyValue, type Value, viewOf } from '../core/value.ts'
import { type ElementwisePrimitive, type ElementwiseRow, elementwise } from './elementwise.ts'
import type { BindablePrimitive, OptionalPrimitive, ParamsOf, Primitive, StructuredParams } from './params.ts'
import { fillIntegers, fillNormal, fillPermutation, fillUniform } from './random.ts'
import type { ViewPrimitive } from './shape-rules.ts'
import { tracer } from './tracer.ts'
import { type IndexMap, indexMaps } from './views.ts'

/** How a primitive is computed. */
export type Kernel<Params> =
  | (ElementwiseKernel & { readonly row: ElementwiseRow })
  | ReductionKernel
  /** The result looks at the input's storage. */
  | { readonly kind: 'view'; readonly map: (x: Value, params: Params) => IndexMap | null }
  /** Plain loops that fill a dense output of zeros. */
  | {
      readonly kind: 'program'
      readonly run: (inputs: readonly Value[], params: Params, output: Value) => void
      /** Whether it depends on contents in a way that is only known when it runs: what it draws, or which indices it refuses. */
      readonly looks?: (params: Params) => boolean
      /** Number of the operand of which the output is a copy first. */
      readonly startsFrom?: number
      /** Whether it is the product of the last two dims of two operands. */
      readonly contracts?: true
      /** Whether vector instructions compute the output block by block, so that something may look at each block at once. */
      readonly inBlocks?: true
    }
  /** The output's size depends on values. */
  | { readonly kind: 'dynamic'; readonly run: (inputs: readonly Value[], params: Params) => Value }

export const program = <Params>(run: (inputs: readonly Value[], params: Params, output: Value) => void): Kernel<Params> => ({
  kind: 'program',
  run,
})
/** A program that looks at contents itself. */
export const looking = <Params>(kernel: Kernel<Params>, when: (params: Params) => boolean = () => true): Kernel<Params> =>
  Object.assign(kernel, { looks: when })
const view = <P extends ViewPrimitive>(primitive: P): Kernel<StructuredParams[P]> => ({ kind: 'view', map: indexMaps[primitive] })

const elementwiseKernels = Object.fromEntries(
  Object.entries(elementwise).map(([name, row]: [string, ElementwiseRow]) => [
    name,
    Object.assign(elementwiseKernel(row.expression, row.integer), { row }),
  ]),
) as { [P in ElementwisePrimitive]: ElementwiseKernel & { readonly row: ElementwiseRow } }

const copyKernel = elementwiseKernels.copy

/** Writes `x`, broadcast, into every element that `target` looks at. */
export const copyInto = (x: Value, target: Value): void =>
  tracer === null ? runElementwise(copyKernel, [x], target) : tracer.apply('copy', [x], null, target)

/** `x`, or a dense copy of it. */
export function dense(x: Value): Value {
  if (isDense(x.shape, x.strides)) return x
  const copy = emptyValue(x.storage.type, x.shape)
  copyInto(x, copy)
  return copy
}

/** Like `program`, with every input dense. */
export const denseProgram = <Params>(run: (inputs: readonly Value[], params: Params, output: Value) => void): Kernel<Params> =>
  program((inputs, params, output) => run(inputs.map(dense), params, output))

/** Whose vector instructions compute the output block by block. */
export const inBlocks = <Params>(kernel: Kernel<Params>): Kernel<Params> => Object.assign(kernel, { inBlocks: true })

/** The part of `output` that starts at `starts` and takes `steps`, under the shape `shape`. */
function part(output: Value, shape: Shape, starts: readonly number[], steps: readonly number[]): Value {
  const offset = starts.reduce((at, start, d) => at + start * (output.strides[d] as number), output.offset)
  return viewOf(
    output.storage,
    shape,
    output.strides.map((stride, d) => stride * (steps[d] as number)),
    offset,
    sizeOf(shape),
  )
}

/** The last two dims of a value as a matrix that starts at `offset`. */
function matrixAt(x: Value, offset: number): Matrix {
  const last = x.strides.length - 1
  return { data: x.storage.data, offset, rowStep: x.strides[last - 1] as number, columnStep: x.strides[last] as number }
}

function multiplyBatches(x: Value, y: Value, output: Value): void {
  const rank = output.shape.length
  const rows = output.shape[rank - 2] as number
  const columns = output.shape[rank - 1] as number
  const depth = x.shape[x.shape.length - 1] as number
  const out = output.storage.data
  let at = output.offset
  if (rank === 2) return multiplyAdd(rows, columns, depth, matrixAt(x, x.offset), matrixAt(y, y.offset), out, at)
  const xSteps = broadcastStrides(x, rank)
  const ySteps = broadcastStrides(y, rank)
  const walk = (dim: number, xAt: number, yAt: number): void => {
    if (dim === rank - 2) {
      multiplyAdd(rows, columns, depth, matrixAt(x, xAt), matrixAt(y, yAt), out, at)
      at += rows * columns
      return
    }
    const size = output.shape[dim] as number
    for (let i = 0; i < size; i++) walk(dim + 1, xAt + i * (xSteps[dim] as number), yAt + i * (ySteps[dim] as number))
  }
  walk(0, x.offset, y.offset)
}

/** Kernels by primitive. */
export type Kernels<P extends Primitive> = { readonly [Q in P]: Kernel<ParamsOf<Q>> }

/** The rows. `write` is absent: it has no result of its own (see bind); some come with the functions that need them (optional-rows.ts). */
export const kernels: Kernels<Exclude<BindablePrimitive, OptionalPrimitive>> & Partial<Kernels<OptionalPrimitive>> = {
  ...elementwiseKernels,
  cast: program(([x], _, output) => copyInto(x as Value, output)),
  reshape: view('reshape'),
  permute: view('permute'),
  expand: view('expand'),
  slice: view('slice'),
  diagonal: view('diagonal'),
  diagonalScatter: program(([x], params, output) => {
    const { shape, strides, offset } = indexMaps.diagonal(output, params) as IndexMap
    copyInto(x as Value, viewOf(output.storage, shape, strides, offset, sizeOf(shape)))
  }),
  pad: program(([x], { low, interior, value }, output) => {
    if (value !== 0) output.storage.data.fill(value)
    const source = x as Value
    const steps = interior.map((zeros) => zeros + 1)
    copyInto(source, part(output, source.shape, low, steps))
  }),
  flip: program(([x], { dims }, output) => {
    const target = part(
      output,
      output.shape,
      output.shape.map((size, d) => (dims.includes(d) ? Math.max(0, size - 1) : 0)),
      output.shape.map((_, d) => (dims.includes(d) ? -1 : 1)),
    )
    copyInto(x as Value, target)
  }),
  concatenate: program((inputs, { dim }, output) => {
    const starts = output.shape.map(() => 0)
    const steps = output.shape.map(() => 1)
    for (const x of inputs) {
      copyInto(x, part(output, x.shape, starts, steps))
      starts[dim] = (starts[dim] as number) + (x.shape[dim] as number)
    }
  }),
  sum: reductionKernel(0, apply('add', a, b)),
  prod: reductionKernel(1, apply('mul', a, b), apply('imul', a, b)),
  amax: reductionKernel(Number.NEGATIVE_INFINITY, apply('max', a, b)),
  amin: reductionKernel(Number.POSITIVE_INFINITY, apply('min', a, b)),
  any: reductionKernel(0, apply('or', a, b)),
  all: reductionKernel(1, apply('and', a, b)),
  matmul: { kind: 'program', contracts: true, inBlocks: true, run: ([x, y], _, output) => multiplyBatches(x as Value, y as Value, output) },

  full: program((_, { value }, output) => {
    if (!Object.is(value, 0)) output.storage.data.fill(output.dtype === 'bool' ? Number(value !== 0) : value)
  }),
  iota: program((_, __, output) => {
    for (let i = 0; i < output.elementCount; i++) output.storage.data[i] = i
  }),
  uniform: looking(program(([state], _, output) => fillUniform(state as Value, output))),
  normal: looking(program(([state], _, output) => fillNormal(state as Value, output))),
  randomIntegers: looking(program(([state], { low, high }, output) => fillIntegers(state as Value, low, high, output))),
  randomPermutation: looking(program(([state], _, output) => fillPermutation(state as Value, output))),
}

/** The row of a primitive; its params belong to it by the types of the door. */
export const kernelOf = (primitive: BindablePrimitive): Kernel<unknown> => kernels[primitive] as Kernel<unknown>
