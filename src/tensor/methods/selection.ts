// Choosing, finding, repeating and replacing elements. See Note [Methods].
import type { DType } from '../../core/dtype.ts'

import type { Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The part of Tensor that chooses elements, and replaces some. */
export interface SelectionMethods {
  /** The elements at the places of the flat order that `index` names, in its shape. */
  take<D extends DType, B extends Shape>(this: Tensor<any, D>, index: Tensor<B>): Tensor<B, D>

  /** The positions of all elements that are not 0, one row each. */
  argwhere(this: Tensor): Tensor<[number, number], 'int32'>

  /** A copy with `src` in the place that `select(dim, index)` looks at. */
  selectScatter<A extends Shape, D extends DType>(this: Tensor<A, D>, src: Tensor<any, D>, dim: number, index: number): Tensor<A, D>

  /** A copy with `src` in the places from `start` to `end` along a dim (0), every `step`-th. */
  sliceScatter<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    src: Tensor<any, D>,
    dim?: number | OptionsOf<'sliceScatter'>,
    options?: OptionsOf<'sliceScatter'>,
  ): Tensor<A, D>

  /** A copy with `src` as the diagonal of two dims (0 and 1). */
  diagonalScatter<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    src: Tensor<any, D>,
    offset?: number | OptionsOf<'diagonalScatter'>,
    options?: OptionsOf<'diagonalScatter'>,
  ): Tensor<A, D>

  /** Each element (or slice along `dim`) several times in a row. */
  repeatInterleave<D extends DType>(
    this: Tensor<any, D>,
    repeats: number | Tensor,
    dim?: number | null | OptionsOf<'repeatInterleave'>,
  ): Tensor<any, D>

  /** Views of consecutive parts along a dim (0), of the given sizes. */
  splitWithSizes<D extends DType>(
    this: Tensor<any, D>,
    splitSizes: readonly number[],
    dim?: number | OptionsOf<'splitWithSizes'>,
  ): Tensor<any, D>[]
}
