// Medians, k-th smallest elements, and sums that leave NaN out, as functions. Types as the methods', with the tensor first.
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Total } from '../dtype-types.ts'
import type { ReduceOptions, TotalOptions, ValuesAndIndices } from '../methods/reductions.ts'
import * as operations from '../operations/index.ts'
import type { Reduce } from '../shape-rules/reductions.ts'
import type { Arg, Dims, Or, Out, Shape, Unset } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** Σ x over `dim`, or over everything, with NaN as 0. */
export function nansum<
  A extends Shape,
  D extends DType,
  const I extends Dims | Unset = Unset,
  K extends boolean = false,
  E extends DType = Total<D>,
>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | TotalOptions<I, K, E>, 'nansum'>,
  options?: TotalOptions<never, K, E>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, NoInfer<E>>
export function nansum(input: Value, dim?: number | readonly number[] | null | OptionsOf<'nansum'>, options?: OptionsOf<'nansum'>): Value {
  return operations.nansum(input, dim, options)
}

/** The mean over `dim`, or over everything, of the elements that are not NaN. */
export function nanmean<
  A extends Shape,
  D extends DType,
  const I extends Dims | Unset = Unset,
  K extends boolean = false,
  E extends DType = D,
>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | TotalOptions<I, K, E>, 'nanmean'>,
  options?: TotalOptions<never, K, E>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, NoInfer<E>>
export function nanmean(
  input: Value,
  dim?: number | readonly number[] | null | OptionsOf<'nanmean'>,
  options?: OptionsOf<'nanmean'>,
): Value {
  return operations.nanmean(input, dim, options)
}

/** The k-th smallest element along a dim (the last), counted from 1, and where it is. */
export function kthvalue<A extends Shape, D extends DType, const I extends number | Unset = Unset, K extends boolean = false>(
  input: Tensor<A, D>,
  k: number,
  dim?: Arg<Reduce<A, Or<I, -1>, K>, I | { dim?: I | undefined; keepdim?: K | undefined }, 'kthvalue'>,
  options?: { keepdim?: K | undefined },
): ValuesAndIndices<Out<Reduce<A, Or<I, -1>, NoInfer<K>>>, D>
export function kthvalue(
  input: Value,
  k: number,
  dim?: number | OptionsOf<'kthvalue'>,
  options?: OptionsOf<'kthvalue'>,
): { readonly values: Value; readonly indices: Value } {
  return operations.kthvalue(input, k, dim, options)
}

/** The smallest and the largest element, over everything or along `dim`; ties share the derivative. */
export function aminmax<A extends Shape, D extends DType, const I extends number | null | Unset = Unset, K extends boolean = false>(
  input: Tensor<A, D>,
  options?: Arg<Reduce<A, I, K>, ReduceOptions<I, K>, 'aminmax'>,
): { readonly min: Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>; readonly max: Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D> }
export function aminmax(input: Value, options?: OptionsOf<'aminmax'>): { min: Value; max: Value } {
  return operations.aminmax(input, options)
}

/** The middle element, of an even number the lower one; equal ones share the derivative. */
export function median<D extends DType>(input: Tensor<any, D>): Tensor<[], D>
/** Along a dim: the middle elements, and where they are. */
export function median<A extends Shape, D extends DType, const I extends number, K extends boolean = false>(
  input: Tensor<A, D>,
  dim: Arg<Reduce<A, I, K>, I, 'median'>,
  options?: { keepdim?: K | undefined },
): ValuesAndIndices<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>
export function median(
  input: Value,
  dim?: number | null,
  options?: OptionsOf<'median'>,
): Value | { readonly values: Value; readonly indices: Value } {
  return operations.median(input, dim, options)
}

/** The middle one of the elements that are not NaN. */
export function nanmedian<D extends DType>(input: Tensor<any, D>): Tensor<[], D>
/** Along a dim: the middle elements, and where they are. */
export function nanmedian<A extends Shape, D extends DType, const I extends number, K extends boolean = false>(
  input: Tensor<A, D>,
  dim: Arg<Reduce<A, I, K>, I, 'nanmedian'>,
  options?: { keepdim?: K | undefined },
): ValuesAndIndices<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>
export function nanmedian(
  input: Value,
  dim?: number | null,
  options?: OptionsOf<'nanmedian'>,
): Value | { readonly values: Value; readonly indices: Value } {
  return operations.nanmedian(input, dim, options)
}
