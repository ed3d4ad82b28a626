// Reductions as functions: `sum(x, 1)` is `x.sum(1)`. Types as the methods', with the tensor first.
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Promote, Total } from '../dtype-types.ts'
import type { NormOptions, ReduceOptions, SpreadOptions, TotalOptions, ValuesAndIndices } from '../methods/reductions.ts'
import * as operations from '../operations/index.ts'
import type { Broadcast } from '../shape-rules/broadcast.ts'
import type { Reduce } from '../shape-rules/reductions.ts'
import type { Arg, Dims, Out, Shape, Unset } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** Σ x over `dim`, or over everything. Integers and booleans are summed in int32. */
export function sum<
  A extends Shape,
  D extends DType,
  const I extends Dims | Unset = Unset,
  K extends boolean = false,
  E extends DType = Total<D>,
>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | TotalOptions<I, K, E>, 'sum'>,
  options?: TotalOptions<never, K, E>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, NoInfer<E>>
export function sum(input: Value, dim?: number | readonly number[] | null | OptionsOf<'sum'>, options?: OptionsOf<'sum'>): Value {
  return operations.sum(input, dim, options)
}

/** Σ x / n over `dim`, or over everything. */
export function mean<
  A extends Shape,
  D extends DType,
  const I extends Dims | Unset = Unset,
  K extends boolean = false,
  E extends DType = D,
>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | TotalOptions<I, K, E>, 'mean'>,
  options?: TotalOptions<never, K, E>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, NoInfer<E>>
export function mean(input: Value, dim?: number | readonly number[] | null | OptionsOf<'mean'>, options?: OptionsOf<'mean'>): Value {
  return operations.mean(input, dim, options)
}

/** Π x over one dim, or over everything; the derivative is exact where factors are 0. */
export function prod<
  A extends Shape,
  D extends DType,
  const I extends number | null | Unset = Unset,
  K extends boolean = false,
  E extends DType = Total<D>,
>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | TotalOptions<I, K, E>, 'prod'>,
  options?: TotalOptions<never, K, E>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, NoInfer<E>>
export function prod(input: Value, dim?: number | null | OptionsOf<'prod'>, options?: OptionsOf<'prod'>): Value {
  return operations.prod(input, dim, options)
}

/** Σ (x − mean)² / (n − correction) over `dim`, or over everything. */
export function variance<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | SpreadOptions<I, K>, 'var'>,
  options?: SpreadOptions<never, K>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>
export function variance(input: Value, dim?: number | readonly number[] | null | OptionsOf<'var'>, options?: OptionsOf<'var'>): Value {
  return operations.variance(input, dim, options)
}
export { variance as var }

/** √var; 0 of constants, NaN of one element. */
export function std<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | SpreadOptions<I, K>, 'std'>,
  options?: SpreadOptions<never, K>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>
export function std(input: Value, dim?: number | readonly number[] | null | OptionsOf<'std'>, options?: OptionsOf<'std'>): Value {
  return operations.std(input, dim, options)
}

/** Variance and mean over `dim`, in one pass. */
export function varMean<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | SpreadOptions<I, K>, 'varMean'>,
  options?: SpreadOptions<never, K>,
): { var: Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>; mean: Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D> }
export function varMean(
  input: Value,
  dim?: number | readonly number[] | null | OptionsOf<'varMean'>,
  options?: OptionsOf<'varMean'>,
): { var: Value; mean: Value } {
  return operations.varMean(input, dim, options)
}

/** Standard deviation and mean over `dim`, in one pass. */
export function stdMean<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | SpreadOptions<I, K>, 'stdMean'>,
  options?: SpreadOptions<never, K>,
): { std: Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>; mean: Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D> }
export function stdMean(
  input: Value,
  dim?: number | readonly number[] | null | OptionsOf<'stdMean'>,
  options?: OptionsOf<'stdMean'>,
): { std: Value; mean: Value } {
  return operations.stdMean(input, dim, options)
}

/** The largest element over `dim`; ties share the derivative evenly. */
export function amax<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | ReduceOptions<I, K>, 'amax'>,
  options?: ReduceOptions<never, K>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>
export function amax(input: Value, dim?: number | readonly number[] | null | OptionsOf<'amax'>, options?: OptionsOf<'amax'>): Value {
  return operations.amax(input, dim, options)
}

/** The smallest element over `dim`; ties share the derivative evenly. */
export function amin<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | ReduceOptions<I, K>, 'amin'>,
  options?: ReduceOptions<never, K>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>
export function amin(input: Value, dim?: number | readonly number[] | null | OptionsOf<'amin'>, options?: OptionsOf<'amin'>): Value {
  return operations.amin(input, dim, options)
}

/** The largest of all elements; ties share the derivative evenly. */
export function max<D extends DType>(input: Tensor<any, D>): Tensor<[], D>
/** The larger of both, element by element: `maximum`. */
export function max<A extends Shape, D extends DType, B extends Shape, E extends DType>(
  input: Tensor<A, D>,
  other: Arg<Broadcast<A, B>, Tensor<B, E>, 'max'>,
): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>
/**
 * The largest along a dim, and where it is (the first of equal ones on the reference backend).
 *
 * @example
 * ```ts
 * import { tensor } from 'wengert'
 * const { values, indices } = tensor([[1, 9], [7, 3]]).max(1)
 * console.log(values.toArray(), indices.toArray()) // [ 9, 7 ] [ 1, 0 ]
 * ```
 */
export function max<A extends Shape, D extends DType, const I extends number, K extends boolean = false>(
  input: Tensor<A, D>,
  dim: Arg<Reduce<A, I, K>, I, 'max'>,
  options?: { keepdim?: K | undefined },
): ValuesAndIndices<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>
export function max(
  input: Value,
  dimOrOther?: number | Value | null,
  options?: OptionsOf<'max'>,
): Value | { readonly values: Value; readonly indices: Value } {
  return operations.max(input, dimOrOther, options)
}

/** The smallest of all elements; ties share the derivative evenly. */
export function min<D extends DType>(input: Tensor<any, D>): Tensor<[], D>
/** The smaller of both, element by element: `minimum`. */
export function min<A extends Shape, D extends DType, B extends Shape, E extends DType>(
  input: Tensor<A, D>,
  other: Arg<Broadcast<A, B>, Tensor<B, E>, 'min'>,
): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>
/**
 * The smallest along a dim, and where it is (the first of equal ones on the reference backend).
 *
 * @example
 * ```ts
 * import { tensor } from 'wengert'
 * const { values, indices } = tensor([[1, 9], [7, 3]]).min(1)
 * console.log(values.toArray(), indices.toArray()) // [ 1, 3 ] [ 0, 1 ]
 * ```
 */
export function min<A extends Shape, D extends DType, const I extends number, K extends boolean = false>(
  input: Tensor<A, D>,
  dim: Arg<Reduce<A, I, K>, I, 'min'>,
  options?: { keepdim?: K | undefined },
): ValuesAndIndices<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>
export function min(
  input: Value,
  dimOrOther?: number | Value | null,
  options?: OptionsOf<'min'>,
): Value | { readonly values: Value; readonly indices: Value } {
  return operations.min(input, dimOrOther, options)
}

/** Where the largest element is: along a dim, or in the flattened tensor. */
export function argmax<A extends Shape, D extends DType, const I extends number | null | Unset = Unset, K extends boolean = false>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | ReduceOptions<I, K>, 'argmax'>,
  options?: ReduceOptions<never, K>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, 'int32'>
export function argmax(input: Value, dim?: number | null | OptionsOf<'argmax'>, options?: OptionsOf<'argmax'>): Value {
  return operations.argmax(input, dim, options)
}

/** Where the smallest element is: along a dim, or in the flattened tensor. */
export function argmin<A extends Shape, D extends DType, const I extends number | null | Unset = Unset, K extends boolean = false>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | ReduceOptions<I, K>, 'argmin'>,
  options?: ReduceOptions<never, K>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, 'int32'>
export function argmin(input: Value, dim?: number | null | OptionsOf<'argmin'>, options?: OptionsOf<'argmin'>): Value {
  return operations.argmin(input, dim, options)
}

/** Whether any element is not 0. */
export function any<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | ReduceOptions<I, K>, 'any'>,
  options?: ReduceOptions<never, K>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, 'bool'>
export function any(input: Value, dim?: number | readonly number[] | null | OptionsOf<'any'>, options?: OptionsOf<'any'>): Value {
  return operations.any(input, dim, options)
}

/** Whether all elements are not 0. */
export function all<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, I, K>, I | ReduceOptions<I, K>, 'all'>,
  options?: ReduceOptions<never, K>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, 'bool'>
export function all(input: Value, dim?: number | readonly number[] | null | OptionsOf<'all'>, options?: OptionsOf<'all'>): Value {
  return operations.all(input, dim, options)
}

/** How many elements are not 0. */
export function countNonzero<A extends Shape, const I extends Dims | Unset = Unset>(
  input: Tensor<A>,
  dim?: Arg<Reduce<A, I, false>, I | { dim?: I | undefined }, 'countNonzero'>,
): Tensor<Out<Reduce<A, NoInfer<I>, false>>, 'int32'>
export function countNonzero(input: Value, dim?: number | readonly number[] | null | OptionsOf<'countNonzero'>): Value {
  return operations.countNonzero(input, dim)
}

/** The p-norm (Σ |x|ᵖ)^(1/p) over `dim`, or over everything; 'fro' is p = 2, and p may be infinite. */
export function norm<
  A extends Shape,
  D extends DType,
  const I extends Dims | Unset = Unset,
  K extends boolean = false,
  E extends DType = D,
>(
  input: Tensor<A, D>,
  p?: number | 'fro' | NormOptions<I, K, E>,
  options?: Arg<Reduce<A, I, K>, NormOptions<I, K, E>, 'norm'>,
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, NoInfer<E>>
export function norm(input: Value, p?: number | 'fro' | OptionsOf<'norm'>, options?: OptionsOf<'norm'>): Value {
  return operations.norm(input, p, options)
}

/** ln Σ eˣ over `dim`, without overflow. */
export function logsumexp<A extends Shape, D extends DType, const I extends number | readonly number[], K extends boolean = false>(
  input: Tensor<A, D>,
  dim: Arg<Reduce<A, I, K>, I, 'logsumexp'>,
  options?: { keepdim?: K | undefined },
): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>
export function logsumexp(input: Value, dim: number | readonly number[], options?: OptionsOf<'logsumexp'>): Value {
  return operations.logsumexp(input, dim, options)
}
