// Choosing, finding, repeating and replacing elements, as functions. Types as the methods', with the tensor first.
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'

import * as operations from '../operations/index.ts'
import type { Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The elements at the places of the flat order that `index` names, in its shape. */
export function take<D extends DType, B extends Shape>(input: Tensor<any, D>, index: Tensor<B>): Tensor<B, D>
export function take(input: Value, index: Value): Value {
  return operations.take(input, index)
}

/** The positions of all elements that are not 0, one row each. */
export function argwhere(input: Tensor): Tensor<[number, number], 'int32'>
export function argwhere(input: Value): Value {
  return operations.argwhere(input)
}

/** A copy with `src` in the place that `select(dim, index)` looks at. */
export function selectScatter<A extends Shape, D extends DType>(
  input: Tensor<A, D>,
  src: Tensor<any, D>,
  dim: number,
  index: number,
): Tensor<A, D>
export function selectScatter(input: Value, src: Value, dim: number, index: number): Value {
  return operations.selectScatter(input, src, dim, index)
}

/** A copy with `src` in the places from `start` to `end` along a dim (0), every `step`-th. */
export function sliceScatter<A extends Shape, D extends DType>(
  input: Tensor<A, D>,
  src: Tensor<any, D>,
  dim?: number | OptionsOf<'sliceScatter'>,
  options?: OptionsOf<'sliceScatter'>,
): Tensor<A, D>
export function sliceScatter(
  input: Value,
  src: Value,
  dim?: number | OptionsOf<'sliceScatter'>,
  options?: OptionsOf<'sliceScatter'>,
): Value {
  return operations.sliceScatter(input, src, dim, options)
}

/** A copy with `src` as the diagonal of two dims (0 and 1). */
export function diagonalScatter<A extends Shape, D extends DType>(
  input: Tensor<A, D>,
  src: Tensor<any, D>,
  offset?: number | OptionsOf<'diagonalScatter'>,
  options?: OptionsOf<'diagonalScatter'>,
): Tensor<A, D>
export function diagonalScatter(
  input: Value,
  src: Value,
  offset?: number | OptionsOf<'diagonalScatter'>,
  options?: OptionsOf<'diagonalScatter'>,
): Value {
  return operations.diagonalScatter(input, src, offset, options)
}

/** Each element (or slice along `dim`) several times in a row. */
export function repeatInterleave<D extends DType>(
  input: Tensor<any, D>,
  repeats: number | Tensor,
  dim?: number | null | OptionsOf<'repeatInterleave'>,
): Tensor<any, D>
export function repeatInterleave(input: Value, repeats: number | Value, dim?: number | null | OptionsOf<'repeatInterleave'>): Value {
  return operations.repeatInterleave(input, repeats, dim)
}

/** Views of consecutive parts along a dim (0), of the given sizes. */
export function splitWithSizes<D extends DType>(
  input: Tensor<any, D>,
  splitSizes: readonly number[],
  dim?: number | OptionsOf<'splitWithSizes'>,
): Tensor<any, D>[]
export function splitWithSizes(input: Value, splitSizes: readonly number[], dim?: number | OptionsOf<'splitWithSizes'>): Value[] {
  return operations.splitWithSizes(input, splitSizes, dim)
}

/** All choices of `r` elements (2) of a vector, one a row. */
export function combinations<D extends DType>(
  input: Tensor<any, D>,
  r?: number | OptionsOf<'combinations'>,
  options?: OptionsOf<'combinations'>,
): Tensor<[number, number], D>
export function combinations(input: Value, r?: number | OptionsOf<'combinations'>, options?: OptionsOf<'combinations'>): Value {
  return operations.combinations(input, r, options)
}

/** All pairs, triples, … of elements of several vectors, one a row. */
export function cartesianProd<D extends DType>(tensors: readonly Tensor<any, D>[]): Tensor<any, D>
export function cartesianProd(tensors: readonly Value[]): Value {
  return operations.cartesianProd(tensors)
}

/** Whether each element is one of `testElements`. */
export function isin<A extends Shape = []>(
  elements: Tensor<A> | number,
  testElements: Tensor | number,
  options?: OptionsOf<'isin'>,
): Tensor<A, 'bool'>
export function isin(elements: Operand, testElements: Operand, options?: OptionsOf<'isin'>): Value {
  return operations.isin(elements, testElements, options)
}

/** Where each value would go into an ascending sequence (its last dim) so that it stays so. */
export function searchsorted<B extends Shape = []>(
  sortedSequence: Tensor,
  input: Tensor<B> | number,
  options?: OptionsOf<'searchsorted'>,
): Tensor<B, 'int32'>
export function searchsorted(sortedSequence: Value, input: Operand, options?: OptionsOf<'searchsorted'>): Value {
  return operations.searchsorted(sortedSequence, input, options)
}

/** The number of the bucket of each element, between ascending boundaries. */
export function bucketize<B extends Shape = []>(
  input: Tensor<B> | number,
  boundaries: Tensor,
  options?: OptionsOf<'bucketize'>,
): Tensor<B, 'int32'>
export function bucketize(input: Operand, boundaries: Value, options?: OptionsOf<'bucketize'>): Value {
  return operations.bucketize(input, boundaries, options)
}
