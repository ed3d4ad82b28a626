// Rows of what depends on the order of elements: extremes' positions, running sums, sorting, and where elements are not zero.
import { cumulativeExtremes, cumulativeSum, nonzeroPositions, sortedOrder } from '../backends/reference/indexing.ts'
import { runArgReduction } from '../backends/reference/reduction.ts'
import * as scan from '../backends/wasm/scan.ts'
import { type DTypeFacts, dtypes } from '../core/dtype.ts'
import { contiguousStrides, sizeOf } from '../core/shape.ts'
import { Storage } from '../core/storage.ts'
import { type Value, viewOf } from '../core/value.ts'
import { type Accelerated, onDense, type Programs } from './accelerated.ts'
import { dense, denseProgram, type Kernels, program } from './kernels.ts'
import { joining } from './optional-rows.ts'
import type { OrderingPrimitive, ReductionParams } from './params.ts'
import { first, nonEmpty, reduction, type ShapeRules, widened } from './shape-rules.ts'

const index = (): DTypeFacts => dtypes.int32

const shapes = (): ShapeRules<OrderingPrimitive> => ({
  argmax: nonEmpty('argmax', reduction(index)),
  argmin: nonEmpty('argmin', reduction(index)),
  // the number of rows is only known once computed: the kernel makes its own output
  nonzero: (inputs) => ({ shape: [0, first(inputs).shape.length], type: dtypes.int32 }),
  cumsum: (inputs) => ({ shape: first(inputs).shape, type: widened(first(inputs).storage.type) }),
  cumargmax: (inputs) => ({ shape: first(inputs).shape, type: dtypes.int32 }),
  cumargmin: (inputs) => ({ shape: first(inputs).shape, type: dtypes.int32 }),
  argsort: (inputs) => ({ shape: first(inputs).shape, type: dtypes.int32 }),
})

const loops = (): Kernels<OrderingPrimitive> => ({
  argmax: program(([x], { dims }, output) => runArgReduction(1, x as Value, dims, output)),
  argmin: program(([x], { dims }, output) => runArgReduction(-1, x as Value, dims, output)),
  nonzero: {
    kind: 'dynamic',
    run: ([x]) => {
      const source = dense(x as Value)
      const positions = nonzeroPositions(source)
      const shape = [
        source.shape.length === 0 ? Number(source.storage.data[source.offset] !== 0) : positions.length / source.shape.length,
        source.shape.length,
      ]
      return viewOf(new Storage(dtypes.int32, positions), shape, contiguousStrides(shape), 0, sizeOf(shape))
    },
  },
  cumsum: denseProgram(([x], { dim }, output) => cumulativeSum(x as Value, dim, output)),
  cumargmax: denseProgram(([x], { dim }, output) => cumulativeExtremes(1, x as Value, dim, output)),
  cumargmin: denseProgram(([x], { dim }, output) => cumulativeExtremes(-1, x as Value, dim, output)),
  argsort: denseProgram(([x], { dim, descending }, output) => sortedOrder(x as Value, dim, descending, output)),
})

/** argmax and argmin along one dim, or over all. */
const extreme =
  (side: 'max' | 'min'): Accelerated<ReductionParams> =>
  ([x], { dims }, output) => {
    const { storage, shape, strides, offset, elementCount } = x as Value
    if (dims.length === shape.length) return scan.argExtreme(side, dense(x as Value), elementCount, output)
    if (dims.length !== 1) return false
    const moved = (list: readonly number[]): number[] => [...list.filter((_, d) => d !== dims[0]), list[dims[0] as number] as number]
    const rows = viewOf(storage, moved(shape), moved(strides), offset, elementCount)
    return scan.argExtreme(side, dense(rows), shape[dims[0] as number] as number, output)
  }

const programs = (): Programs => ({
  argmax: extreme('max'),
  argmin: extreme('min'),
  cumsum: onDense(([x], { dim }, output) => scan.cumulativeSum(x as Value, dim, output)),
})

/** Adds the rows of orderings. */
export const installOrdering: () => void = /*@__PURE__*/ joining(() => ({ shapes: shapes(), loops: loops(), programs: programs() }))
