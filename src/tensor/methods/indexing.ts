// Indexing: `x.at(…)` and `x.setAt(…)`, and gathering and scattering by tensors of positions. See Note [Method classes].
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import type { Indexed } from '../index-types.ts'
import * as operations from '../operations/index.ts'
import type { Index } from '../operations/index-plan.ts'
import type { Along, Arg, Broadcast, Out, Resize, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'
import { MovementMethods } from './movement.ts'

/** The part of Tensor that indexes. */
export abstract class IndexingMethods extends MovementMethods {
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
  at<A extends Shape, D extends DType, const I extends readonly Index[]>(this: Arg<Indexed<A, I>, Tensor<A, D>>, ...index: I): Tensor<Out<Indexed<A, I>>, D>
  at(...index: Index[]): Value {
    return operations.at(this, ...index)
  }

  /**
   * `x[…] = value`: writes into this tensor at the indices that `at` takes; the value broadcasts.
   *
   * @example
   * ```ts
   * import { slice, zeros } from 'wengert'
   * console.log(zeros([2, 3]).setAt([slice(), 0], 7).toArray()) // [ [ 7, 0, 0 ], [ 7, 0, 0 ] ]
   * ```
   */
  setAt(index: Index | readonly Index[], value: Operand): this {
    operations.setAt(this, index, value)
    return this
  }

  /** Elements picked along a dim: out[i][j] = x[i][index[i][j]] for dim 1. The result has the shape of `index`. */
  gather<A extends Shape, D extends DType, const I extends number, B extends Shape>(this: Tensor<A, D>, dim: Arg<Along<A, I>, I, 'gather'>, index: Tensor<B>): Tensor<B, D>
  gather(dim: number, index: Value): Value {
    return operations.gather(this, dim, index)
  }

  /** x with `src` stored at the positions that `index` names along a dim. */
  scatter<A extends Shape, D extends DType, const I extends number>(this: Tensor<A, D>, dim: Arg<Along<A, I>, I, 'scatter'>, index: Tensor, src: Operand): Tensor<A, D>
  scatter(dim: number, index: Value, src: Operand): Value {
    return operations.scatter(this, dim, index, src)
  }

  /** x with `src` added at the positions that `index` names along a dim. */
  scatterAdd<A extends Shape, D extends DType, const I extends number>(this: Tensor<A, D>, dim: Arg<Along<A, I>, I, 'scatterAdd'>, index: Tensor, src: Tensor): Tensor<A, D>
  scatterAdd(dim: number, index: Value, src: Value): Value {
    return operations.scatterAdd(this, dim, index, src)
  }

  /** The positions of a dim that a vector of integers names, in its order. */
  indexSelect<A extends Shape, D extends DType, const I extends number, N extends number>(
    this: Tensor<A, D>, dim: Arg<Resize<A, I, N>, I, 'indexSelect'>, index: Tensor<[N]>,
  ): Tensor<Out<Resize<A, I, N>>, D>
  indexSelect(dim: number, index: Value): Value {
    return operations.indexSelect(this, dim, index)
  }

  /** x with alpha · `source` added at positions of a dim. */
  indexAdd<A extends Shape, D extends DType, const I extends number>(
    this: Tensor<A, D>, dim: Arg<Along<A, I>, I, 'indexAdd'>, index: Tensor, source: Tensor, options?: OptionsOf<'indexAdd'>,
  ): Tensor<A, D>
  indexAdd(dim: number, index: Value, source: Value, options?: OptionsOf<'indexAdd'>): Value {
    return operations.indexAdd(this, dim, index, source, options)
  }

  /** x with `source` stored at positions of a dim. */
  indexCopy<A extends Shape, D extends DType, const I extends number>(this: Tensor<A, D>, dim: Arg<Along<A, I>, I, 'indexCopy'>, index: Tensor, source: Tensor): Tensor<A, D>
  indexCopy(dim: number, index: Value, source: Value): Value {
    return operations.indexCopy(this, dim, index, source)
  }

  /** x with a value stored at positions of a dim. */
  indexFill<A extends Shape, D extends DType, const I extends number>(this: Tensor<A, D>, dim: Arg<Along<A, I>, I, 'indexFill'>, index: Tensor, value: number | Tensor<[]>): Tensor<A, D>
  indexFill(dim: number, index: Value, value: Operand): Value {
    return operations.indexFill(this, dim, index, value)
  }

  /** As `gather`, where the other dims broadcast; without a dim in the flattened tensor. */
  takeAlongDim<D extends DType>(this: Tensor<any, D>, indices: Tensor, dim?: number | null | OptionsOf<'takeAlongDim'>): Tensor<any, D>
  takeAlongDim(indices: Value, dim?: number | null | OptionsOf<'takeAlongDim'>): Value {
    return operations.takeAlongDim(this, indices, dim)
  }

  /** x with `value` where the mask, which broadcasts, is true. */
  maskedFill<A extends Shape, D extends DType, B extends Shape>(this: Tensor<A, D>, mask: Arg<Broadcast<A, B>, Tensor<B, 'bool'>, 'maskedFill'>, value: number | Tensor<[]>): Tensor<Out<Broadcast<A, B>>, D>
  maskedFill(mask: Value, value: Operand): Value {
    return operations.maskedFill(this, mask, value)
  }

  /** The elements where the mask is true, as a vector. */
  maskedSelect<A extends Shape, D extends DType, B extends Shape>(this: Tensor<A, D>, mask: Arg<Broadcast<A, B>, Tensor<B, 'bool'>, 'maskedSelect'>): Tensor<[number], D>
  maskedSelect(mask: Value): Value {
    return operations.maskedSelect(this, mask)
  }

  /** The positions of the elements that are not 0: [n, rank]. */
  nonzero<A extends Shape>(this: Tensor<A>): Tensor<[number, A['length']], 'int32'>
  nonzero(): Value {
    return operations.nonzero(this)
  }
}
