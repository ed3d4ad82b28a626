// Methods that run along a dim: products and extremes so far, differences of neighbours. See Note [Methods].
import type { DType } from '../../core/dtype.ts'
import type { Total } from '../dtype-types.ts'
import type { Along } from '../shape-rules/reductions.ts'
import type { Arg, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'
import type { ValuesAndIndices } from './reductions.ts'

/** The part of Tensor that runs along a dim. */
export interface CumulativeMethods {
  /** Running products along a dim; the derivative is exact where factors are 0. */
  cumprod<A extends Shape, D extends DType, const I extends number, E extends DType = Total<D>>(
    this: Tensor<A, D>,
    dim: Arg<Along<A, I>, I, 'cumprod'>,
    options?: { dtype?: E | null | undefined },
  ): Tensor<A, NoInfer<E>>

  /** The largest element so far along a dim, and where it is: the last of equal ones. */
  cummax<A extends Shape, D extends DType, const I extends number>(
    this: Tensor<A, D>,
    dim: Arg<Along<A, I>, I, 'cummax'>,
  ): ValuesAndIndices<A, D>

  /** The smallest element so far along a dim, and where it is: the last of equal ones. */
  cummin<A extends Shape, D extends DType, const I extends number>(
    this: Tensor<A, D>,
    dim: Arg<Along<A, I>, I, 'cummin'>,
  ): ValuesAndIndices<A, D>

  /** Differences of neighbours along a dim (the last), n times over (once). */
  diff<D extends DType>(this: Tensor<any, D>, n?: number | OptionsOf<'diff'>, options?: OptionsOf<'diff'>): Tensor<any, D>
}
