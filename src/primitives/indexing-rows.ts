// Rows of what reads and writes at positions.
import { gather, indexSelect, indexWrite, scatter } from '../backends/reference/indexing.ts'
import * as indexing from '../backends/wasm/indexing.ts'
import { DTypeError, ShapeError } from '../core/errors.ts'
import { printShape, sameShape } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import { type Accelerated, onDense, type Programs } from './accelerated.ts'
import { copyInto, dense, denseProgram, type Kernel, type Kernels, looking } from './kernels.ts'
import { joining } from './optional-rows.ts'
import type { DimParams, IndexingPrimitive, PositionParams } from './params.ts'
import { like, type OutputFacts, type ShapeRules } from './shape-rules.ts'

/** Throws unless `index` holds integers. */
function checkIndexType(operation: string, indices: Value): void {
  if (indices.storage.type.category !== 1) {
    throw new DTypeError(`${operation}: indices must be int32 or uint8, got ${indices.dtype}. Convert them with .to('int32').`)
  }
}

/** x, index and source of a scatter along `dim`. */
function scatterShape(operation: string, inputs: readonly Value[], dim: number): OutputFacts {
  const [x, indices, source] = inputs as [Value, Value, Value]
  checkIndexType(operation, indices)
  const fits =
    indices.shape.length === x.shape.length &&
    sameShape(indices.shape, source.shape) &&
    indices.shape.every((s, d) => d === dim || s <= (x.shape[d] as number))
  if (!fits) {
    throw new ShapeError(
      `${operation}: index ${printShape(indices.shape)} and source ${printShape(source.shape)} must be equal and fit into ${printShape(x.shape)} outside dim ${dim}.`,
    )
  }
  sameType(operation, x, source)
  return like(x, x.shape)
}

function sameType(operation: string, x: Value, source: Value): void {
  if (x.dtype !== source.dtype)
    throw new DTypeError(`${operation}: source is ${source.dtype} but the tensor is ${x.dtype}. Convert it with .to('${x.dtype}').`)
}

/** x, index and source of a write of whole slices along `dim`. */
function indexWriteShape(operation: string, inputs: readonly Value[], dim: number): OutputFacts {
  const [x, indices, source] = inputs as [Value, Value, Value]
  checkIndexType(operation, indices)
  const expected = x.shape.map((s, d) => (d === dim ? indices.elementCount : s))
  if (indices.shape.length > 1 || !sameShape(source.shape, expected)) {
    throw new ShapeError(
      `${operation}: needs a 1-d index and a source of shape ${printShape(expected)}, got ${printShape(indices.shape)} and ${printShape(source.shape)}.`,
    )
  }
  sameType(operation, x, source)
  return like(x, x.shape)
}

const shapes: ShapeRules<IndexingPrimitive> = {
  gather: (inputs, { dim }) => {
    const [x, indices] = inputs as [Value, Value]
    checkIndexType('gather', indices)
    if (indices.shape.length !== x.shape.length || indices.shape.some((s, d) => d !== dim && s > (x.shape[d] as number))) {
      throw new ShapeError(`gather: index ${printShape(indices.shape)} does not fit into ${printShape(x.shape)} outside dim ${dim}.`)
    }
    return like(x, indices.shape)
  },
  scatter: (inputs, { dim }) => scatterShape('scatter', inputs, dim),
  scatterAdd: (inputs, { dim }) => scatterShape('scatterAdd', inputs, dim),
  indexSelect: (inputs, { dim }) => {
    const [x, indices] = inputs as [Value, Value]
    checkIndexType('indexSelect', indices)
    if (indices.shape.length > 1) throw new ShapeError(`indexSelect: index must have one dim, got ${printShape(indices.shape)}.`)
    return like(
      x,
      x.shape.map((s, d) => (d === dim ? indices.elementCount : s)),
    )
  },
  indexAdd: (inputs, { dim }) => indexWriteShape('indexAdd', inputs, dim),
  indexCopy: (inputs, { dim }) => indexWriteShape('indexCopy', inputs, dim),
}

/** Unless positions are known to be inside. */
const unlessInside = ({ areInside }: PositionParams): boolean => areInside !== true

/** A program that puts elements of a source into a copy of its first operand, at positions that it checks. */
const intoCopy = <Params extends DimParams>(
  put: (index: Value, source: Value, dim: number, output: Value) => void,
  when?: (params: Params) => boolean,
): Kernel<Params> =>
  looking(
    {
      kind: 'program',
      startsFrom: 0,
      run: ([x, index, source], { dim }, output) => {
        copyInto(x as Value, output)
        put(dense(index as Value), dense(source as Value), dim, output)
      },
    },
    when,
  )

const loops = (): Kernels<IndexingPrimitive> => ({
  gather: looking(
    denseProgram(([x, index], { dim }, output) => gather(x as Value, index as Value, dim, output)),
    unlessInside,
  ),
  scatter: intoCopy((index, source, dim, output) => scatter('scatter', index, source, dim, output, false)),
  scatterAdd: intoCopy((index, source, dim, output) => scatter('scatterAdd', index, source, dim, output, true), unlessInside),
  indexSelect: looking(denseProgram(([x, index], { dim }, output) => indexSelect(x as Value, index as Value, dim, output))),
  indexAdd: intoCopy((index, source, dim, output) => indexWrite('indexAdd', index, source, dim, output, true)),
  indexCopy: intoCopy((index, source, dim, output) => indexWrite('indexCopy', index, source, dim, output, false)),
})

/** Writes of `source` into places of a copy of x. */
const onCopy =
  (place: typeof indexing.scatter, operation: string, accumulate: boolean): Accelerated<PositionParams> =>
  ([x, index, source], { dim, areInside }, output) => {
    copyInto(x as Value, output)
    return place(operation, dense(index as Value), dense(source as Value), dim, output, accumulate, areInside)
  }

const programs = (): Programs => ({
  gather: onDense(([x, index], { dim, areInside }, output) => indexing.gather(x as Value, index as Value, dim, output, areInside)),
  scatter: onCopy(indexing.scatter, 'scatter', false),
  scatterAdd: onCopy(indexing.scatter, 'scatterAdd', true),
  indexSelect: onDense(([x, index], { dim }, output) => indexing.indexSelect(x as Value, index as Value, dim, output)),
  indexAdd: onCopy(indexing.indexWrite, 'indexAdd', true),
  indexCopy: onCopy(indexing.indexWrite, 'indexCopy', false),
})

/** Adds the rows of gathering and scattering. */
export const installIndexing: () => void = /*@__PURE__*/ joining(() => ({ shapes, loops: loops(), programs: programs() }))
