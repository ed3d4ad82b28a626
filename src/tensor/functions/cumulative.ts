// Running products and extremes, differences and areas as functions. Types as the methods', with the tensor first.
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Float, Total } from '../dtype-types.ts'
import type { ValuesAndIndices } from '../methods/reductions.ts'
import * as operations from '../operations/index.ts'
import type { Along } from '../shape-rules/reductions.ts'
import type { Arg, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** Running products along a dim; the derivative is exact where factors are 0. */
export function cumprod<A extends Shape, D extends DType, const I extends number, E extends DType = Total<D>>(
  input: Tensor<A, D>,
  dim: Arg<Along<A, I>, I, 'cumprod'>,
  options?: { dtype?: E | null | undefined },
): Tensor<A, NoInfer<E>>
export function cumprod(input: Value, dim: number, options?: OptionsOf<'cumprod'>): Value {
  return operations.cumprod(input, dim, options)
}

/** The largest element so far along a dim, and where it is: the last of equal ones. */
export function cummax<A extends Shape, D extends DType, const I extends number>(
  input: Tensor<A, D>,
  dim: Arg<Along<A, I>, I, 'cummax'>,
): ValuesAndIndices<A, D>
export function cummax(input: Value, dim: number): { readonly values: Value; readonly indices: Value } {
  return operations.cummax(input, dim)
}

/** The smallest element so far along a dim, and where it is: the last of equal ones. */
export function cummin<A extends Shape, D extends DType, const I extends number>(
  input: Tensor<A, D>,
  dim: Arg<Along<A, I>, I, 'cummin'>,
): ValuesAndIndices<A, D>
export function cummin(input: Value, dim: number): { readonly values: Value; readonly indices: Value } {
  return operations.cummin(input, dim)
}

/** Differences of neighbours along a dim (the last), n times over (once). */
export function diff<D extends DType>(input: Tensor<any, D>, n?: number | OptionsOf<'diff'>, options?: OptionsOf<'diff'>): Tensor<any, D>
export function diff(input: Value, n?: number | OptionsOf<'diff'>, options?: OptionsOf<'diff'>): Value {
  return operations.diff(input, n, options)
}

/** The area under points along a dim (the last) by trapezoids; their positions are `x`, or `dx` apart. */
export function trapezoid<D extends DType>(
  y: Tensor<any, D>,
  x?: Tensor | null | OptionsOf<'trapezoid'>,
  options?: OptionsOf<'trapezoid'>,
): Tensor<any, Float<D>>
export function trapezoid(y: Value, x?: Value | null | OptionsOf<'trapezoid'>, options?: OptionsOf<'trapezoid'>): Value {
  return operations.trapezoid(y, x, options)
}

/** The running area under points along a dim (the last), one less than there are points. */
export function cumulativeTrapezoid<D extends DType>(
  y: Tensor<any, D>,
  x?: Tensor | null | OptionsOf<'cumulativeTrapezoid'>,
  options?: OptionsOf<'cumulativeTrapezoid'>,
): Tensor<any, Float<D>>
export function cumulativeTrapezoid(
  y: Value,
  x?: Value | null | OptionsOf<'cumulativeTrapezoid'>,
  options?: OptionsOf<'cumulativeTrapezoid'>,
): Value {
  return operations.cumulativeTrapezoid(y, x, options)
}
