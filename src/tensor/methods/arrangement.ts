// Diagonals, splits and turns by names of their own. See Note [Methods].
import type { DType } from '../../core/dtype.ts'
import type { Total } from '../dtype-types.ts'
import type { Resize } from '../shape-rules/reductions.ts'
import type { Arg, Or, Out, Shape, Unset } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The part of Tensor that arranges rows, columns and diagonals. */
export interface ArrangementMethods {
  /** The sum of the main diagonal of a matrix. */
  trace<D extends DType>(this: Tensor<any, D>): Tensor<[], Total<D>>

  /** The diagonal of a matrix, or the matrix of zeros that has a vector as its diagonal. */
  diag<D extends DType>(this: Tensor<any, D>, diagonal?: number | OptionsOf<'diag'>): Tensor<any, D>

  /** The matrix of zeros that has all elements, in their order, as its diagonal. */
  diagflat<D extends DType>(this: Tensor<any, D>, offset?: number | OptionsOf<'diagflat'>): Tensor<[number, number], D>

  /** Matrices of zeros, in two new dims, that have the last dim as their diagonal. */
  diagEmbed<D extends DType>(
    this: Tensor<any, D>,
    offset?: number | OptionsOf<'diagEmbed'>,
    options?: OptionsOf<'diagEmbed'>,
  ): Tensor<any, D>

  /** The order of columns (dim 1) reversed. */
  fliplr<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** The order of rows (dim 0) reversed. */
  flipud<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Turned by `k` quarter turns (one) in the plane of two dims (0 and 1), from the first towards the second. */
  rot90<D extends DType>(this: Tensor<any, D>, k?: number | OptionsOf<'rot90'>, options?: OptionsOf<'rot90'>): Tensor<any, D>

  /** Views of parts along a dim (0): that many, the first ones one longer where it does not come out even, or cut before the positions listed. */
  tensorSplit<A extends Shape, D extends DType, const I extends number | Unset = Unset>(
    this: Tensor<A, D>,
    indicesOrSections: number | readonly number[],
    dim?: Arg<Resize<A, Or<I, 0>, number>, I | { dim?: I | undefined }, 'tensorSplit'>,
  ): Tensor<Out<Resize<A, Or<I, 0>, number>>, D>[]

  /** Views of parts along dim 1 (of a vector along dim 0), as `tensorSplit`. */
  hsplit<A extends Shape, D extends DType>(this: Tensor<A, D>, indicesOrSections: number | readonly number[]): Tensor<any, D>[]

  /** Views of parts along dim 0, as `tensorSplit`. */
  vsplit<A extends Shape, D extends DType>(this: Tensor<A, D>, indicesOrSections: number | readonly number[]): Tensor<any, D>[]

  /** Views of parts along dim 2, as `tensorSplit`. */
  dsplit<A extends Shape, D extends DType>(this: Tensor<A, D>, indicesOrSections: number | readonly number[]): Tensor<any, D>[]
}
