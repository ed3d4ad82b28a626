// Quantiles, covariances and distances, as functions. Types as the methods', with the tensor first.
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import type { Total } from '../dtype-types.ts'
import * as operations from '../operations/index.ts'
import type { Shape, Sizes } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The elements at the shares `q` (0 to 1) of the order, along `dim` or over everything; several shares become the first dim. */
export function quantile<D extends DType>(
  input: Tensor<any, D>,
  q: number | Tensor<any, D>,
  dim?: number | null | OptionsOf<'quantile'>,
  options?: OptionsOf<'quantile'>,
): Tensor<any, D>
export function quantile(input: Value, q: Operand, dim?: number | null | OptionsOf<'quantile'>, options?: OptionsOf<'quantile'>): Value {
  return operations.quantile(input, q, dim, options)
}

/** As `quantile`, of the elements that are not NaN. */
export function nanquantile<D extends DType>(
  input: Tensor<any, D>,
  q: number | Tensor<any, D>,
  dim?: number | null | OptionsOf<'nanquantile'>,
  options?: OptionsOf<'nanquantile'>,
): Tensor<any, D>
export function nanquantile(
  input: Value,
  q: Operand,
  dim?: number | null | OptionsOf<'nanquantile'>,
  options?: OptionsOf<'nanquantile'>,
): Value {
  return operations.nanquantile(input, q, dim, options)
}

/** The matrix of covariances of variables, one a row, over observations, one a column. */
export function cov<D extends DType>(input: Tensor<any, D>, options?: OptionsOf<'cov'>): Tensor<any, D>
export function cov(input: Value, options?: OptionsOf<'cov'>): Value {
  return operations.cov(input, options)
}

/** The matrix of correlations of variables, one a row. */
export function corrcoef<D extends DType>(input: Tensor<any, D>): Tensor<any, D>
export function corrcoef(input: Value): Value {
  return operations.corrcoef(input)
}

/** The p-norm (p = 2) of the difference, over everything. */
export function dist<D extends DType>(input: Tensor<any, D>, other: Tensor, p?: number | OptionsOf<'dist'>): Tensor<[], D>
export function dist(input: Value, other: Value, p?: number | OptionsOf<'dist'>): Value {
  return operations.dist(input, other, p)
}

/** Summed over what broadcasting would have repeated, so that `shape` is left. */
export function sumToSize<D extends DType, const T extends Shape>(input: Tensor<any, D>, shape: T): Tensor<Sizes<T>, Total<D>>
export function sumToSize(input: Value, shape: Shape): Value {
  return operations.sumToSize(input, shape)
}
