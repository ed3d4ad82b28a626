// The shape table of the structured primitives: output shape and dtype from the inputs', and named errors for bad input.
import { type DTypeFacts, dtypeFacts, dtypes, promote } from '../core/dtype.ts'
import { DTypeError, IndexError, ShapeError } from '../core/errors.ts'
import { broadcastShapes, printShape, reducedShape, type Shape, sizeOf } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import type { OptionalPrimitive, ReductionParams, StructuredParams, StructuredPrimitive } from './params.ts'

/** What a result will look like. */
export interface OutputFacts {
  readonly shape: Shape
  readonly type: DTypeFacts
  /** The dtype that an elementwise primitive computes in, which is not that of its result in comparisons. */
  readonly computed?: DTypeFacts
}

type ShapeRule<Params> = (inputs: readonly Value[], params: Params) => OutputFacts

/** Another shape of the same dtype. */
export const like = (x: Value, shape: Shape): OutputFacts => ({ shape, type: x.storage.type })
export const first = (inputs: readonly Value[]): Value => inputs[0] as Value
const second = (inputs: readonly Value[]): Value => inputs[1] as Value

/** A rule for reductions, whose dtype follows from the input's. */
export const reduction =
  (type: (x: DTypeFacts) => DTypeFacts): ShapeRule<ReductionParams> =>
  (inputs, { dims, keepdim }) => ({ shape: reducedShape(first(inputs).shape, dims, keepdim), type: type(first(inputs).storage.type) })

/** Sums of bools and small integers are int32. */
export const widened = (type: DTypeFacts): DTypeFacts => (type.category === 2 ? type : dtypes.int32)
const bool = (): DTypeFacts => dtypes.bool
const same = (type: DTypeFacts): DTypeFacts => type

/** A reduction that has no value for nothing: refuses to reduce zero elements. */
export const nonEmpty =
  (operation: string, rule: ShapeRule<ReductionParams>): ShapeRule<ReductionParams> =>
  (inputs, params) => {
    const { shape } = first(inputs)
    const output = rule(inputs, params)
    if (sizeOf(shape) === 0 && sizeOf(output.shape) > 0) {
      throw new IndexError(
        `${operation}: cannot reduce zero elements of a tensor of shape ${printShape(shape)}. Give a dim whose size is not 0.`,
      )
    }
    return output
  }

/** One dtype for two operands that are multiplied. */
export function contractionType(operation: string, x: Value, y: Value): DTypeFacts {
  if (x.dtype !== y.dtype) {
    const { name } = promote([x, y])
    throw new DTypeError(
      `${operation}: operands are ${x.dtype} and ${y.dtype}. Convert the ${x.dtype === name ? 'second' : 'first'} with .to('${name}').`,
    )
  }
  if (x.dtype === 'bool') throw new DTypeError(`${operation}: bool has no product. Convert both operands with .to('float32').`)
  return x.storage.type
}

function matmulShape(inputs: readonly Value[]): OutputFacts {
  const x = first(inputs)
  const y = second(inputs)
  const type = contractionType('matmul', x, y)
  const [m, k] = x.shape.slice(-2) as [number, number]
  const [l, n] = y.shape.slice(-2) as [number, number]
  if (k !== l) throw new ShapeError(`matmul: inner sizes differ: ${printShape(x.shape)} × ${printShape(y.shape)}. Transpose one operand?`)
  return { shape: [...broadcastShapes('matmul', x.shape.slice(0, -2), y.shape.slice(0, -2)), m, n], type }
}

function concatenateShape(inputs: readonly Value[], dim: number): OutputFacts {
  const shape = [...first(inputs).shape]
  let size = 0
  for (const x of inputs) {
    if (x.shape.length !== shape.length || x.shape.some((s, d) => d !== dim && s !== shape[d])) {
      throw new ShapeError(
        `cat: shapes ${printShape(shape)} and ${printShape(x.shape)} differ outside dim ${dim}. Make all other sizes equal.`,
      )
    }
    size += x.shape[dim] as number
  }
  shape[dim] = size
  return { shape, type: promote(inputs) }
}

const given = ({ shape, dtype }: { readonly shape: Shape; readonly dtype: StructuredParams['cast']['dtype'] }): OutputFacts => ({
  shape,
  type: dtypeFacts(dtype),
})

/** Shape rules by primitive. */
export type ShapeRules<P extends StructuredPrimitive> = { readonly [Q in P]: ShapeRule<StructuredParams[Q]> }

/** Shape rules of everything that is neither elementwise nor a view. Some come with the functions that need them (optional-rows.ts). */
export const shapeRules: ShapeRules<Exclude<StructuredPrimitive, ViewPrimitive | OptionalPrimitive | 'write'>> &
  Partial<ShapeRules<OptionalPrimitive>> = {
  cast: (inputs, { dtype }) => ({ shape: first(inputs).shape, type: dtypeFacts(dtype) }),
  diagonalScatter: (inputs, { shape }) => like(first(inputs), shape),
  pad: (inputs, { low, high, interior }) => {
    const x = first(inputs)
    const shape = x.shape.map(
      (size, d) => (low[d] as number) + size + Math.max(0, size - 1) * (interior[d] as number) + (high[d] as number),
    )
    return like(x, shape)
  },
  flip: (inputs) => like(first(inputs), first(inputs).shape),
  concatenate: (inputs, { dim }) => concatenateShape(inputs, dim),
  sum: reduction(widened),
  prod: reduction(widened),
  amax: nonEmpty('amax', reduction(same)),
  amin: nonEmpty('amin', reduction(same)),
  any: reduction(bool),
  all: reduction(bool),
  matmul: matmulShape,
  full: (_, params) => given(params),
  iota: (_, { length, dtype }) => ({ shape: [length], type: dtypeFacts(dtype) }),
  uniform: (_, params) => given(params),
  normal: (_, params) => given(params),
  randomIntegers: (_, { shape }) => ({ shape, type: dtypes.int32 }),
  randomPermutation: (_, { length }) => ({ shape: [length], type: dtypes.int32 }),
}

/** Primitives whose result looks at its input's storage. */
export type ViewPrimitive = 'reshape' | 'permute' | 'expand' | 'slice' | 'diagonal'
