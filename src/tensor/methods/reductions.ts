// Reductions: sums, means, extremes, norms over dims. Shape rule of all: the reduced dims go, or stay with size 1 under keepdim; without
// a dim everything is reduced. See Note [Methods].
import type { DType } from '../../core/dtype.ts'
import type { Promote, Total } from '../dtype-types.ts'
import type { Broadcast } from '../shape-rules/broadcast.ts'
import type { Reduce } from '../shape-rules/reductions.ts'
import type { Arg, Dims, Out, Shape, Unset } from '../shape-types.ts'
import type { Tensor } from '../tensor.ts'

/** Options of a reduction. */
export interface ReduceOptions<I, K> {
  /** The dims to reduce: one, several, or null for all. */
  dim?: I | undefined
  /** Keeps the reduced dims with size 1. */
  keepdim?: K | undefined
}
/** Options of a reduction that can convert first. */
export interface TotalOptions<I, K, E> extends ReduceOptions<I, K> {
  /** Converts before reducing. */
  dtype?: E | null | undefined
}
/** Options of variance and standard deviation. */
export interface SpreadOptions<I, K> extends ReduceOptions<I, K> {
  /** What is taken off the number of elements in the divisor: 1 for a sample, 0 for a whole population. */
  correction?: number | undefined
}
/** Options of `norm`. */
export interface NormOptions<I, K, E> extends TotalOptions<I, K, E> {
  p?: number | 'fro' | undefined
}
/** Two results: elements and where they were. */
export interface ValuesAndIndices<S extends Shape, D extends DType> {
  readonly values: Tensor<S, D>
  readonly indices: Tensor<S, 'int32'>
}

/** The part of Tensor that reduces dims. */
export interface ReductionMethods {
  /**
   * Σ x over `dim`, or over everything. Integers and booleans are summed in int32.
   *
   * @example
   * ```ts
   * import { ones } from 'wengert'
   * const x = ones([2, 3])
   * console.log(x.sum().item(), x.sum(1).toArray(), x.sum(0, { keepdim: true }).shape) // 6 [ 3, 3 ] [ 1, 3 ]
   * ```
   */
  sum<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false, E extends DType = Total<D>>(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, I, K>, I | TotalOptions<I, K, E>, 'sum'>,
    options?: TotalOptions<never, K, E>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, NoInfer<E>>

  /**
   * Σ x / n over `dim`, or over everything.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * console.log(tensor([[1, 2], [3, 4]]).mean(0).toArray()) // [ 2, 3 ]
   * ```
   */
  mean<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false, E extends DType = D>(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, I, K>, I | TotalOptions<I, K, E>, 'mean'>,
    options?: TotalOptions<never, K, E>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, NoInfer<E>>

  /** Π x over one dim, or over everything; the derivative is exact where factors are 0. */
  prod<
    A extends Shape,
    D extends DType,
    const I extends number | null | Unset = Unset,
    K extends boolean = false,
    E extends DType = Total<D>,
  >(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, I, K>, I | TotalOptions<I, K, E>, 'prod'>,
    options?: TotalOptions<never, K, E>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, NoInfer<E>>

  /** Σ (x − mean)² / (n − correction) over `dim`, or over everything. */
  var<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, I, K>, I | SpreadOptions<I, K>, 'var'>,
    options?: SpreadOptions<never, K>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>

  /** √var; 0 of constants, NaN of one element. */
  std<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, I, K>, I | SpreadOptions<I, K>, 'std'>,
    options?: SpreadOptions<never, K>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>

  /** The largest element over `dim`; ties share the derivative evenly. */
  amax<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, I, K>, I | ReduceOptions<I, K>, 'amax'>,
    options?: ReduceOptions<never, K>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>

  /** The smallest element over `dim`; ties share the derivative evenly. */
  amin<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, I, K>, I | ReduceOptions<I, K>, 'amin'>,
    options?: ReduceOptions<never, K>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>

  /** The largest of all elements; ties share the derivative evenly. */
  max<D extends DType>(this: Tensor<any, D>): Tensor<[], D>
  /** The larger of both, element by element: `maximum`. */
  max<A extends Shape, D extends DType, B extends Shape, E extends DType>(
    this: Tensor<A, D>,
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
  max<A extends Shape, D extends DType, const I extends number, K extends boolean = false>(
    this: Tensor<A, D>,
    dim: Arg<Reduce<A, I, K>, I, 'max'>,
    options?: { keepdim?: K | undefined },
  ): ValuesAndIndices<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>

  /** The smallest of all elements; ties share the derivative evenly. */
  min<D extends DType>(this: Tensor<any, D>): Tensor<[], D>
  /** The smaller of both, element by element: `minimum`. */
  min<A extends Shape, D extends DType, B extends Shape, E extends DType>(
    this: Tensor<A, D>,
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
  min<A extends Shape, D extends DType, const I extends number, K extends boolean = false>(
    this: Tensor<A, D>,
    dim: Arg<Reduce<A, I, K>, I, 'min'>,
    options?: { keepdim?: K | undefined },
  ): ValuesAndIndices<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>

  /**
   * Where the largest element is: along a dim, or in the flattened tensor.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * console.log(tensor([[1, 9], [7, 3]]).argmax(1).toArray()) // [ 1, 0 ]
   * ```
   */
  argmax<A extends Shape, D extends DType, const I extends number | null | Unset = Unset, K extends boolean = false>(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, I, K>, I | ReduceOptions<I, K>, 'argmax'>,
    options?: ReduceOptions<never, K>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, 'int32'>

  /** Where the smallest element is: along a dim, or in the flattened tensor. */
  argmin<A extends Shape, D extends DType, const I extends number | null | Unset = Unset, K extends boolean = false>(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, I, K>, I | ReduceOptions<I, K>, 'argmin'>,
    options?: ReduceOptions<never, K>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, 'int32'>

  /** Whether any element is not 0. */
  any<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, I, K>, I | ReduceOptions<I, K>, 'any'>,
    options?: ReduceOptions<never, K>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, 'bool'>

  /** Whether all elements are not 0. */
  all<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false>(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, I, K>, I | ReduceOptions<I, K>, 'all'>,
    options?: ReduceOptions<never, K>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, 'bool'>

  /** How many elements are not 0. */
  countNonzero<A extends Shape, const I extends Dims | Unset = Unset>(
    this: Tensor<A>,
    dim?: Arg<Reduce<A, I, false>, I | { dim?: I | undefined }, 'countNonzero'>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, false>>, 'int32'>

  /** The p-norm (Σ |x|ᵖ)^(1/p) over `dim`, or over everything; 'fro' is p = 2, and p may be infinite. */
  norm<A extends Shape, D extends DType, const I extends Dims | Unset = Unset, K extends boolean = false, E extends DType = D>(
    this: Tensor<A, D>,
    p?: number | 'fro' | NormOptions<I, K, E>,
    options?: Arg<Reduce<A, I, K>, NormOptions<I, K, E>, 'norm'>,
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, NoInfer<E>>

  /** ln Σ eˣ over `dim`, without overflow. */
  logsumexp<A extends Shape, D extends DType, const I extends number | readonly number[], K extends boolean = false>(
    this: Tensor<A, D>,
    dim: Arg<Reduce<A, I, K>, I, 'logsumexp'>,
    options?: { keepdim?: K | undefined },
  ): Tensor<Out<Reduce<A, NoInfer<I>, NoInfer<K>>>, D>
}
