// Indexing: `x.at(…)` and `x.setAt(…)`, and gathering and scattering by tensors of positions. See Note [Methods].
import type { DType } from '../../core/dtype.ts'
import type { Index } from '../operations/index-plan.ts'
import type { Broadcast } from '../shape-rules/broadcast.ts'
import type { Indexed } from '../shape-rules/indexing.ts'
import type { Along, Resize } from '../shape-rules/reductions.ts'
import type { Arg, Out, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The part of Tensor that indexes. */
export interface IndexingMethods {
  /**
   * `x[…]`: a number selects, `slice(start, stop, step)` slices, `null` adds a dim, `'...'` stands for all dims not named, an array or
   * integer tensor gathers, a bool tensor masks. Without gathering and masks the result is a view.
   *
   * @throws IndexError if an index is out of range.
   * @example
   * ```ts
   * import { arange, slice } from 'wengert'
   * const x = arange(12).reshape([3, 4])
   * console.log(x.at(-1).toArray()) // [ 8, 9, 10, 11 ]
   * console.log(x.at(slice(), slice(0, 2)).shape) // [ 3, 2 ]
   * console.log(x.at('...', 0).toArray()) // [ 0, 4, 8 ]
   * console.log(x.at([0, 2]).shape) // [ 2, 4 ]
   * console.log(x.at(x.gt(9)).toArray()) // [ 10, 11 ]
   * ```
   */
  at<A extends Shape, D extends DType, const I extends readonly Index[]>(
    this: Arg<Indexed<A, I>, Tensor<A, D>>,
    ...index: I
  ): Tensor<Out<Indexed<A, I>>, D>

  /**
   * `x[…] = value`: writes into this tensor at the indices that `at` takes; the value broadcasts.
   *
   * @example
   * ```ts
   * import { slice, zeros } from 'wengert'
   * console.log(zeros([2, 3]).setAt([slice(), 0], 7).toArray()) // [ [ 7, 0, 0 ], [ 7, 0, 0 ] ]
   * ```
   */
  setAt<A extends Shape, D extends DType>(this: Tensor<A, D>, index: Index | readonly Index[], value: Tensor | number): Tensor<A, D>

  /** Elements picked along a dim: out[i][j] = x[i][index[i][j]] for dim 1. The result has the shape of `index`. */
  gather<A extends Shape, D extends DType, const I extends number, B extends Shape>(
    this: Tensor<A, D>,
    dim: Arg<Along<A, I>, I, 'gather'>,
    index: Tensor<B>,
  ): Tensor<B, D>

  /** x with `src` stored at the positions that `index` names along a dim. */
  scatter<A extends Shape, D extends DType, const I extends number>(
    this: Tensor<A, D>,
    dim: Arg<Along<A, I>, I, 'scatter'>,
    index: Tensor,
    src: Tensor | number,
  ): Tensor<A, D>

  /** x with `src` added at the positions that `index` names along a dim. */
  scatterAdd<A extends Shape, D extends DType, const I extends number>(
    this: Tensor<A, D>,
    dim: Arg<Along<A, I>, I, 'scatterAdd'>,
    index: Tensor,
    src: Tensor,
  ): Tensor<A, D>

  /** The positions of a dim that a vector of integers names, in its order. */
  indexSelect<A extends Shape, D extends DType, const I extends number, N extends number>(
    this: Tensor<A, D>,
    dim: Arg<Resize<A, I, N>, I, 'indexSelect'>,
    index: Tensor<[N]>,
  ): Tensor<Out<Resize<A, I, N>>, D>

  /** x with alpha · `source` added at positions of a dim. */
  indexAdd<A extends Shape, D extends DType, const I extends number>(
    this: Tensor<A, D>,
    dim: Arg<Along<A, I>, I, 'indexAdd'>,
    index: Tensor,
    source: Tensor,
    options?: OptionsOf<'indexAdd'>,
  ): Tensor<A, D>

  /** x with `source` stored at positions of a dim. */
  indexCopy<A extends Shape, D extends DType, const I extends number>(
    this: Tensor<A, D>,
    dim: Arg<Along<A, I>, I, 'indexCopy'>,
    index: Tensor,
    source: Tensor,
  ): Tensor<A, D>

  /** x with a value stored at positions of a dim. */
  indexFill<A extends Shape, D extends DType, const I extends number>(
    this: Tensor<A, D>,
    dim: Arg<Along<A, I>, I, 'indexFill'>,
    index: Tensor,
    value: number | Tensor<[]>,
  ): Tensor<A, D>

  /** As `gather`, where the other dims broadcast; without a dim in the flattened tensor. */
  takeAlongDim<D extends DType>(this: Tensor<any, D>, indices: Tensor, dim?: number | null | OptionsOf<'takeAlongDim'>): Tensor<any, D>

  /** x with `value` where the mask, which broadcasts, is true. */
  maskedFill<A extends Shape, D extends DType, B extends Shape>(
    this: Tensor<A, D>,
    mask: Arg<Broadcast<A, B>, Tensor<B, 'bool'>, 'maskedFill'>,
    value: number | Tensor<[]>,
  ): Tensor<Out<Broadcast<A, B>>, D>

  /** The elements where the mask is true, as a vector. */
  maskedSelect<A extends Shape, D extends DType, B extends Shape>(
    this: Tensor<A, D>,
    mask: Arg<Broadcast<A, B>, Tensor<B, 'bool'>, 'maskedSelect'>,
  ): Tensor<[number], D>

  /** The positions of the elements that are not 0: [n, rank]; with `{ asTuple: true }` one vector for each dim, which together are an index. */
  nonzero(options: OptionsOf<'nonzero'> & { asTuple: true }): Tensor<[number], 'int32'>[]
  nonzero<A extends Shape>(
    this: Tensor<A>,
    options?: OptionsOf<'nonzero'> & { asTuple?: false | undefined },
  ): Tensor<[number, A['length']], 'int32'>
}
