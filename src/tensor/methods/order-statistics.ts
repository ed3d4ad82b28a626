// Medians, k-th smallest elements, and sums that leave NaN out. See Note [Methods].
import type { DType } from '../../core/dtype.ts'
import type { Total } from '../dtype-types.ts'
import type { Reduce } from '../shape-rules/reductions.ts'
import type { Arg, Dims, Or, Out, Shape, Unset } from '../shape-types.ts'
import type { Tensor } from '../tensor.ts'
import type { ReduceOptions, TotalOptions, ValuesAndIndices } from './reductions.ts'

/** The part of Tensor that orders elements, or leaves NaN out. */
export interface OrderStatisticMethods {
  /** The middle element, of an even number the lower one; equal ones share the derivative. */
  median<D extends DType>(this: Tensor<any, D>): Tensor<[], D>
  /** Along a dim: the middle elements, and where they are. */
  median<A extends Shape, D extends DType, const I extends number, K extends boolean = false>(
    this: Tensor<A, D>,
    dim: Arg<Reduce<A, I, K>, I, 'median'>,
    options?: { keepdim?: K | undefined },
  ): ValuesAndIndices<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>

  /** The middle one of the elements that are not NaN. */
  nanmedian<D extends DType>(this: Tensor<any, D>): Tensor<[], D>
  /** Along a dim: the middle elements, and where they are. */
  nanmedian<A extends Shape, D extends DType, const I extends number, K extends boolean = false>(
    this: Tensor<A, D>,
    dim: Arg<Reduce<A, I, K>, I, 'nanmedian'>,
    options?: { keepdim?: K | undefined },
  ): ValuesAndIndices<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>

  /** Σ x over `dim`, or over everything, with NaN as 0. */
  nansum<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false, E extends DType = Total<D>>(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, I, K>, I | TotalOptions<I, K, E>, 'nansum'>,
    options?: TotalOptions<never, K, E>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, NoInfer<E>>

  /** The mean over `dim`, or over everything, of the elements that are not NaN. */
  nanmean<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false, E extends DType = D>(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, I, K>, I | TotalOptions<I, K, E>, 'nanmean'>,
    options?: TotalOptions<never, K, E>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, NoInfer<E>>

  /** The k-th smallest element along a dim (the last), counted from 1, and where it is. */
  kthvalue<A extends Shape, D extends DType, const I extends number | Unset = Unset, K extends boolean = false>(
    this: Tensor<A, D>,
    k: number,
    dim?: Arg<Reduce<A, Or<I, -1>, K>, I | { dim?: I | undefined; keepdim?: K | undefined }, 'kthvalue'>,
    options?: { keepdim?: K | undefined },
  ): ValuesAndIndices<Out<Reduce<A, Or<I, -1>, NoInfer<K>>>, D>

  /** The smallest and the largest element, over everything or along `dim`; ties share the derivative. */
  aminmax<A extends Shape, D extends DType, const I extends number | null | Unset = Unset, K extends boolean = false>(
    this: Tensor<A, D>,
    options?: Arg<Reduce<A, I, K>, ReduceOptions<I, K>, 'aminmax'>,
  ): { readonly min: Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>; readonly max: Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D> }
}
