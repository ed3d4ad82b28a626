// Elementwise primitives and reductions in the form of loop kernels, under any shape with as many elements, so that they can be fused.
import { constant, type Expression, substitute } from '../../backends/expression.ts'
import { broadcastStrides } from '../../backends/index-space.ts'
import { expressionFor } from '../../backends/reference/elementwise.ts'
import type { Cut } from '../../backends/wasm/cut.ts'
import { element, type LoopKernel, result } from '../../backends/wasm/loops/ir.ts'
import { reductionKernelOf } from '../../backends/wasm/reduction.ts'
import type { DTypeFacts } from '../../core/dtype.ts'
import { type Shape, sameShape, sizeOf } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { kernelOf } from '../../primitives/kernels.ts'
import type { ReductionParams } from '../../primitives/params.ts'
import { reshapeStrides } from '../../primitives/views.ts'
import type { Application, Rows, View } from '../graph.ts'
import { simplified } from './simplified-expression.ts'

/** The dtype that an elementwise application computes in; null where its operands differ and nothing says so. */
function computedType({ computed, inputs, output }: Application): DTypeFacts | null {
  if (computed !== null) return computed
  return inputs.every(({ buffer }) => buffer.type === output.buffer.type) ? output.buffer.type : null
}

/** As a value, for those who ask for its dtype alone. */
const typed = ({ buffer }: View): Value => ({ storage: { type: buffer.type } }) as unknown as Value

/** An operand that takes part with its elements, or as the number that all of them are. */
function elementsOf(inputs: readonly View[]): { readonly expressions: Expression[]; readonly operands: View[] } {
  const operands: View[] = []
  const expressions = inputs.map((input) => {
    if (input.buffer.constant !== null) return constant(input.buffer.constant)
    operands.push(input)
    return element(operands.length - 1)
  })
  return { expressions, operands }
}

/** An elementwise application as a loop kernel that computes in float32; null where it is none. */
export function elementwiseRows(instruction: Application): Rows | null {
  const kernel = kernelOf(instruction.primitive)
  if (kernel.kind !== 'elementwise') return null
  const { inputs, output, site } = instruction
  const computed = computedType(instruction)
  if (computed?.name !== 'float32') return null
  const types = [...inputs, output].map(({ buffer }) => buffer.type)
  // float64 operands would be rounded by a conversion that only stores make
  if (types.some(({ name }) => name === 'float64')) return null
  const { expressions, operands } = elementsOf(inputs)
  const value = simplified(substitute(expressionFor(kernel, inputs.map(typed), output.buffer.type.code, computed.code), expressions))
  return {
    kind: 'rows',
    kernel: {
      name: instruction.primitive,
      operands: operands.length + 1,
      stages: [{ per: 'element', stores: [{ operand: operands.length, value }] }],
      computes: 'float32',
    },
    shape: output.shape,
    dims: [],
    operands: [...operands, output],
    scalars: [],
    site,
    parts: [instruction],
  }
}

/** A reduction of float32 as a loop kernel over its rows; null where it is none. */
export function reductionRows(instruction: Application): Rows | null {
  const kernel = kernelOf(instruction.primitive)
  if (kernel.kind !== 'reduction') return null
  const [input] = instruction.inputs as readonly [View]
  const { output, site } = instruction
  const loops = reductionKernelOf(kernel, input.buffer.type, output.buffer.type)
  if (loops?.computes !== 'float32' || output.buffer.type.name !== 'float32' || input.buffer.type.name !== 'float32') return null
  const { dims } = instruction.params as ReductionParams
  if (dims.length === 0 || sizeOf(input.shape) === 0) return null
  return {
    kind: 'rows',
    kernel: loops,
    shape: input.shape,
    dims,
    operands: [input, widened(output, input.shape, dims)],
    scalars: [],
    site,
    parts: [instruction],
  }
}

/** A view of one element a row, under the shape of the rows' elements. */
export function widened(view: View, shape: Shape, dims: readonly number[]): View {
  const sizes = shape.map((size, d) => (dims.includes(d) ? 1 : size))
  const strides = reshapeStrides({ ...view, elementCount: sizeOf(view.shape) }, sizes)
  if (strides === null) throw new TypeError('a result of a reduction must be dense')
  return { ...view, shape: sizes, strides }
}

/** The view under another shape of as many elements as `from`, to which it broadcasts; null where that would need a copy. */
export function reshaped(view: View, from: Shape, to: Shape): View | null {
  if (sameShape(from, to)) return view
  const strides = broadcastStrides(view as unknown as Value, from.length)
  const moved = reshapeStrides({ shape: from, strides, elementCount: sizeOf(from) }, to)
  return moved && { ...view, shape: to, strides: moved }
}

/** An elementwise loop kernel under another shape; null where an operand would have to be copied. */
export function withShape(rows: Rows, shape: Shape): Rows | null {
  if (sameShape(rows.shape, shape)) return rows
  if (sizeOf(rows.shape) !== sizeOf(shape)) return null
  const operands = rows.operands.map((view) => reshaped(view, rows.shape, shape))
  return operands.includes(null) ? null : { ...rows, shape, operands: operands as View[] }
}

/** An elementwise loop kernel over what a cut cuts: its last dims are the rows and columns of matrices. Null where an operand would have to be copied. */
export function overCut(rows: Rows, { matrices, rows: height, columns }: Cut): Rows | null {
  // the dims of matrices stay as they are: an operand may walk them in any order
  const leading = rows.shape.findIndex((_, d) => sizeOf(rows.shape.slice(0, d)) === matrices)
  return withShape(rows, [...(leading < 0 ? [matrices] : rows.shape.slice(0, leading)), height, columns])
}

/** An elementwise loop kernel over one element of each row as a stage of rows; null where its shape is not that of the rows. */
export function asRowStage(rows: Rows, shape: Shape, dims: readonly number[]): Rows | null {
  const perRow = withShape(
    rows,
    shape.map((size, d) => (dims.includes(d) ? 1 : size)),
  )
  const [stage] = rows.kernel.stages
  if (perRow === null || rows.kernel.stages.length > 1 || stage?.per !== 'element') return null
  const stores = stage.stores ?? []
  const kernel: LoopKernel = {
    ...rows.kernel,
    stages: [
      { per: 'row', values: stores.map(({ value }) => value), stores: stores.map(({ operand }, k) => ({ operand, value: result(k) })) },
    ],
  }
  return { ...perRow, kernel, shape, dims }
}
