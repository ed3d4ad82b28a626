// Products that sum over chosen dims, and products that are added to something. See Note [Methods].
import type { DType } from '../../core/dtype.ts'
import type { Promote } from '../dtype-types.ts'
import type { Broadcast } from '../shape-rules/broadcast.ts'
import type { Product } from '../shape-rules/products.ts'
import type { Arg, Out, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The part of Tensor that sums products over dims. */
export interface ContractionMethods {
  /** beta · x + alpha · (mat × vec). */
  addmv<D extends DType>(this: Tensor<any, D>, mat: Tensor<any, D>, vec: Tensor<any, D>, options?: OptionsOf<'addmv'>): Tensor<any, D>

  /** beta · x + alpha · outer(vec1, vec2). */
  addr<D extends DType>(this: Tensor<any, D>, vec1: Tensor<any, D>, vec2: Tensor<any, D>, options?: OptionsOf<'addr'>): Tensor<any, D>

  /** beta · x + alpha · Σ (batch1 × batch2), summed over the batch. */
  addbmm<D extends DType>(
    this: Tensor<any, D>,
    batch1: Tensor<any, D>,
    batch2: Tensor<any, D>,
    options?: OptionsOf<'addbmm'>,
  ): Tensor<any, D>

  /** beta · x + alpha · (batch1 × batch2), matrix by matrix. */
  baddbmm<D extends DType>(
    this: Tensor<any, D>,
    batch1: Tensor<any, D>,
    batch2: Tensor<any, D>,
    options?: OptionsOf<'baddbmm'>,
  ): Tensor<any, D>

  /** Σ x · other of two vectors. */
  vdot<K extends number, D extends DType, B extends Shape>(this: Tensor<[K], D>, other: Arg<Product<[K], B>, Tensor<B, D>>): Tensor<[], D>

  /** Products summed over the last dim of both. */
  inner<D extends DType>(this: Tensor<any, D>, other: Tensor<any, D>): Tensor<any, D>

  /** Every element of x times the whole of the other, side by side: sizes multiply. */
  kron<D extends DType, E extends DType>(this: Tensor<any, D>, other: Tensor<any, E>): Tensor<any, Promote<any, D, any, E>>

  /** The cross product of vectors of three elements along a dim (the first of size 3). */
  cross<A extends Shape, D extends DType, B extends Shape, E extends DType>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E>, 'cross'>,
    dim?: number | null | OptionsOf<'cross'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>
}
