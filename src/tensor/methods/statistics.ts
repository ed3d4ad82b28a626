// Quantiles, covariances and distances. See Note [Methods].
import type { DType } from '../../core/dtype.ts'
import type { Total } from '../dtype-types.ts'
import type { Shape, Sizes } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The part of Tensor that describes distributions. */
export interface StatisticMethods {
  /** The elements at the shares `q` (0 to 1) of the order, along `dim` or over everything; several shares become the first dim. */
  quantile<D extends DType>(
    this: Tensor<any, D>,
    q: number | Tensor<any, D>,
    dim?: number | null | OptionsOf<'quantile'>,
    options?: OptionsOf<'quantile'>,
  ): Tensor<any, D>

  /** As `quantile`, of the elements that are not NaN. */
  nanquantile<D extends DType>(
    this: Tensor<any, D>,
    q: number | Tensor<any, D>,
    dim?: number | null | OptionsOf<'nanquantile'>,
    options?: OptionsOf<'nanquantile'>,
  ): Tensor<any, D>

  /** The matrix of covariances of variables, one a row, over observations, one a column. */
  cov<D extends DType>(this: Tensor<any, D>, options?: OptionsOf<'cov'>): Tensor<any, D>

  /** The matrix of correlations of variables, one a row. */
  corrcoef<D extends DType>(this: Tensor<any, D>): Tensor<any, D>

  /** The p-norm (p = 2) of the difference, over everything. */
  dist<D extends DType>(this: Tensor<any, D>, other: Tensor, p?: number | OptionsOf<'dist'>): Tensor<[], D>

  /** Summed over what broadcasting would have repeated, so that `shape` is left. */
  sumToSize<D extends DType, const T extends Shape>(this: Tensor<any, D>, shape: T): Tensor<Sizes<T>, Total<D>>
}
