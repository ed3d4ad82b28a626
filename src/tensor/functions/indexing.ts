// Gathering and scattering as functions. Types as the methods', with the tensor first.
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as operations from '../operations/index.ts'
import type { Index } from '../operations/index-plan.ts'
import type { Broadcast } from '../shape-rules/broadcast.ts'
import type { Indexed } from '../shape-rules/indexing.ts'
import type { Along, Resize } from '../shape-rules/reductions.ts'
import type { Arg, Out, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/**
 * The method `x.at(…)` as a function: `x[…]` with numbers, `slice(start, stop, step)`, `null`, `'...'`, arrays and tensors.
 *
 * @throws IndexError if an index is out of range.
 * @example
 * ```ts
 * import { arange, at, reshape, slice } from 'wengert/slim'
 * const x = reshape(arange(12), [3, 4])
 * console.log(at(x, -1).toArray(), at(x, slice(), slice(0, 2)).shape) // [ 8, 9, 10, 11 ] [ 3, 2 ]
 * ```
 */
export const at: <A extends Shape, D extends DType, const I extends readonly Index[]>(
  input: Arg<Indexed<A, I>, Tensor<A, D>>,
  ...index: I
) => Tensor<Out<Indexed<A, I>>, D> = operations.at as never

/**
 * The method `x.setAt(…)` as a function: writes into `input`, which it returns, at the indices that `at` takes; the value broadcasts.
 *
 * @example
 * ```ts
 * import { setAt, slice, zeros } from 'wengert/slim'
 * console.log(setAt(zeros([2, 3]), [slice(), 0], 7).toArray()) // [ [ 7, 0, 0 ], [ 7, 0, 0 ] ]
 * ```
 */
export const setAt: <A extends Shape, D extends DType>(
  input: Tensor<A, D>,
  index: Index | readonly Index[],
  value: Tensor | number,
) => Tensor<A, D> = operations.setAt as never

/** Elements picked along a dim: out[i][j] = x[i][index[i][j]] for dim 1. The result has the shape of `index`. */
export function gather<A extends Shape, D extends DType, const I extends number, B extends Shape>(
  input: Tensor<A, D>,
  dim: Arg<Along<A, I>, I, 'gather'>,
  index: Tensor<B>,
): Tensor<B, D>
export function gather(input: Value, dim: number, index: Value): Value {
  return operations.gather(input, dim, index)
}

/** x with `src` stored at the positions that `index` names along a dim. */
export function scatter<A extends Shape, D extends DType, const I extends number>(
  input: Tensor<A, D>,
  dim: Arg<Along<A, I>, I, 'scatter'>,
  index: Tensor,
  src: Operand,
): Tensor<A, D>
export function scatter(input: Value, dim: number, index: Value, src: Operand): Value {
  return operations.scatter(input, dim, index, src)
}

/** x with `src` added at the positions that `index` names along a dim. */
export function scatterAdd<A extends Shape, D extends DType, const I extends number>(
  input: Tensor<A, D>,
  dim: Arg<Along<A, I>, I, 'scatterAdd'>,
  index: Tensor,
  src: Tensor,
): Tensor<A, D>
export function scatterAdd(input: Value, dim: number, index: Value, src: Value): Value {
  return operations.scatterAdd(input, dim, index, src)
}

/** The positions of a dim that a vector of integers names, in its order. */
export function indexSelect<A extends Shape, D extends DType, const I extends number, N extends number>(
  input: Tensor<A, D>,
  dim: Arg<Resize<A, I, N>, I, 'indexSelect'>,
  index: Tensor<[N]>,
): Tensor<Out<Resize<A, I, N>>, D>
export function indexSelect(input: Value, dim: number, index: Value): Value {
  return operations.indexSelect(input, dim, index)
}

/** x with alpha · `source` added at positions of a dim. */
export function indexAdd<A extends Shape, D extends DType, const I extends number>(
  input: Tensor<A, D>,
  dim: Arg<Along<A, I>, I, 'indexAdd'>,
  index: Tensor,
  source: Tensor,
  options?: OptionsOf<'indexAdd'>,
): Tensor<A, D>
export function indexAdd(input: Value, dim: number, index: Value, source: Value, options?: OptionsOf<'indexAdd'>): Value {
  return operations.indexAdd(input, dim, index, source, options)
}

/** x with `source` stored at positions of a dim. */
export function indexCopy<A extends Shape, D extends DType, const I extends number>(
  input: Tensor<A, D>,
  dim: Arg<Along<A, I>, I, 'indexCopy'>,
  index: Tensor,
  source: Tensor,
): Tensor<A, D>
export function indexCopy(input: Value, dim: number, index: Value, source: Value): Value {
  return operations.indexCopy(input, dim, index, source)
}

/** x with a value stored at positions of a dim. */
export function indexFill<A extends Shape, D extends DType, const I extends number>(
  input: Tensor<A, D>,
  dim: Arg<Along<A, I>, I, 'indexFill'>,
  index: Tensor,
  value: number | Tensor<[]>,
): Tensor<A, D>
export function indexFill(input: Value, dim: number, index: Value, value: Operand): Value {
  return operations.indexFill(input, dim, index, value)
}

/** As `gather`, where the other dims broadcast; without a dim in the flattened tensor. */
export function takeAlongDim<D extends DType>(
  input: Tensor<any, D>,
  indices: Tensor,
  dim?: number | null | OptionsOf<'takeAlongDim'>,
): Tensor<any, D>
export function takeAlongDim(input: Value, indices: Value, dim?: number | null | OptionsOf<'takeAlongDim'>): Value {
  return operations.takeAlongDim(input, indices, dim)
}

/** x with `value` where the mask, which broadcasts, is true. */
export function maskedFill<A extends Shape, D extends DType, B extends Shape>(
  input: Tensor<A, D>,
  mask: Arg<Broadcast<A, B>, Tensor<B, 'bool'>, 'maskedFill'>,
  value: number | Tensor<[]>,
): Tensor<Out<Broadcast<A, B>>, D>
export function maskedFill(input: Value, mask: Value, value: Operand): Value {
  return operations.maskedFill(input, mask, value)
}

/** The elements where the mask is true, as a vector. */
export function maskedSelect<A extends Shape, D extends DType, B extends Shape>(
  input: Tensor<A, D>,
  mask: Arg<Broadcast<A, B>, Tensor<B, 'bool'>, 'maskedSelect'>,
): Tensor<[number], D>
export function maskedSelect(input: Value, mask: Value): Value {
  return operations.maskedSelect(input, mask)
}

/** The positions of the elements that are not 0: [n, rank]; with `{ asTuple: true }` one vector for each dim, which together are an index. */
export function nonzero(input: Tensor, options: OptionsOf<'nonzero'> & { asTuple: true }): Tensor<[number], 'int32'>[]
export function nonzero<A extends Shape>(
  input: Tensor<A>,
  options?: OptionsOf<'nonzero'> & { asTuple?: false | undefined },
): Tensor<[number, A['length']], 'int32'>
export function nonzero(input: Value, options?: OptionsOf<'nonzero'>): Value | Value[] {
  return operations.nonzero(input, options)
}
