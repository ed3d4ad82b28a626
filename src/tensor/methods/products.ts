// Methods that work along one dim and keep it (softmax, running sums, sorting), and products of matrices and vectors.
// See Note [Method classes].
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Promote, Total } from '../dtype-types.ts'
import * as operations from '../operations/index.ts'
import type { Along, Arg, Or, Out, Outer, Product, Resize, Shape, Unset } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'
import { ReductionMethods, type ValuesAndIndices } from './reductions.ts'

/** The part of Tensor that works along a dim, and multiplies matrices. */
export abstract class ProductMethods extends ReductionMethods {
  /**
   * eˣ / Σ eˣ along a dim: positive, and summing to 1.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * console.log(tensor([0, 0]).softmax(0).toArray()) // [ 0.5, 0.5 ]
   * ```
   */
  softmax<A extends Shape, D extends DType, const I extends number, E extends DType = D>(this: Tensor<A, D>, dim: Arg<Along<A, I>, I, 'softmax'>, options?: { dtype?: E | null | undefined }): Tensor<A, E>
  softmax(dim: number, options?: OptionsOf<'softmax'>): Value {
    return operations.softmax(this, dim, options)
  }

  /** x − ln Σ eˣ along a dim: the logarithm of softmax, without overflow. */
  logSoftmax<A extends Shape, D extends DType, const I extends number, E extends DType = D>(this: Tensor<A, D>, dim: Arg<Along<A, I>, I, 'logSoftmax'>, options?: { dtype?: E | null | undefined }): Tensor<A, E>
  logSoftmax(dim: number, options?: OptionsOf<'logSoftmax'>): Value {
    return operations.logSoftmax(this, dim, options)
  }

  /** Running sums along a dim. */
  cumsum<A extends Shape, D extends DType, const I extends number, E extends DType = Total<D>>(this: Tensor<A, D>, dim: Arg<Along<A, I>, I, 'cumsum'>, options?: { dtype?: E | null | undefined }): Tensor<A, E>
  cumsum(dim: number, options?: OptionsOf<'cumsum'>): Value {
    return operations.cumsum(this, dim, options)
  }

  /**
   * The elements in order along a dim (the last), and where they were.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * console.log(tensor([3, 1, 2]).sort({ descending: true }).indices.toArray()) // [ 0, 2, 1 ]
   * ```
   */
  sort<A extends Shape, D extends DType>(this: Tensor<A, D>, dim?: number | OptionsOf<'sort'>, options?: OptionsOf<'sort'>): ValuesAndIndices<A, D>
  sort(dim?: number | OptionsOf<'sort'>, options?: OptionsOf<'sort'>): { readonly values: Value; readonly indices: Value } {
    return operations.sort(this, dim, options)
  }

  /** The order that sorts along a dim (the last). */
  argsort<A extends Shape>(this: Tensor<A>, dim?: number | OptionsOf<'argsort'>, options?: OptionsOf<'argsort'>): Tensor<A, 'int32'>
  argsort(dim?: number | OptionsOf<'argsort'>, options?: OptionsOf<'argsort'>): Value {
    return operations.argsort(this, dim, options)
  }

  /** The k largest elements along a dim (the last), and where they are. */
  topk<A extends Shape, D extends DType, K extends number, const I extends number | Unset = Unset>(
    this: Tensor<A, D>, k: K, dim?: Arg<Resize<A, Or<I, -1>, K>, I | (OptionsOf<'topk'> & { dim?: I | undefined }), 'topk'>, options?: OptionsOf<'topk'>,
  ): ValuesAndIndices<Out<Resize<A, Or<I, -1>, K>>, D>
  topk(k: number, dim?: number | OptionsOf<'topk'>, options?: OptionsOf<'topk'>): { readonly values: Value; readonly indices: Value } {
    return operations.topk(this, k, dim, options)
  }

  /**
   * The matrix product: [M, K] × [K, N] → [M, N]. Dims before the last two broadcast; a vector counts as a row on the left and as a
   * column on the right, and that dim goes again.
   *
   * @throws ShapeError if the inner sizes differ.
   * @example
   * ```ts
   * import { ones } from 'wengert'
   * console.log(ones([32, 784]).matmul(ones([784, 10])).shape) // [ 32, 10 ]
   * ```
   */
  matmul<A extends Shape, D extends DType, B extends Shape, E extends DType>(this: Tensor<A, D>, other: Arg<Product<A, B>, Tensor<B, E>>): Tensor<Out<Product<A, B>>, Promote<A, D, B, E>>
  matmul(other: Value): Value {
    return operations.matmul(this, other)
  }

  /** The product of two matrices: [M, K] × [K, N] → [M, N]. */
  mm<M extends number, K extends number, D extends DType, B extends Shape>(this: Tensor<[M, K], D>, mat2: Arg<Product<[M, K], B>, Tensor<B, D>>): Tensor<Out<Product<[M, K], B>>, D>
  mm(mat2: Value): Value {
    return operations.mm(this, mat2)
  }

  /** Products of matrices, one by one: [N, M, K] × [N, K, P] → [N, M, P]. */
  bmm<N extends number, M extends number, K extends number, D extends DType, B extends Shape>(
    this: Tensor<[N, M, K], D>, mat2: Arg<Product<[N, M, K], B>, Tensor<B, D>>,
  ): Tensor<Out<Product<[N, M, K], B>>, D>
  bmm(mat2: Value): Value {
    return operations.bmm(this, mat2)
  }

  /** A matrix times a vector: [M, K] × [K] → [M]. */
  mv<M extends number, K extends number, D extends DType, B extends Shape>(this: Tensor<[M, K], D>, vec: Arg<Product<[M, K], B>, Tensor<B, D>>): Tensor<Out<Product<[M, K], B>>, D>
  mv(vec: Value): Value {
    return operations.mv(this, vec)
  }

  /** Σ x · other of two vectors. */
  dot<K extends number, D extends DType, B extends Shape>(this: Tensor<[K], D>, other: Arg<Product<[K], B>, Tensor<B, D>>): Tensor<[], D>
  dot(other: Value): Value {
    return operations.dot(this, other)
  }

  /** All products of elements of two vectors: [M], [N] → [M, N]. */
  outer<A extends Shape, D extends DType, B extends Shape, E extends DType>(this: Tensor<A, D>, vec2: Arg<Outer<A, B>, Tensor<B, E>>): Tensor<Out<Outer<A, B>>, Promote<A, D, B, E>>
  outer(vec2: Value): Value {
    return operations.outer(this, vec2)
  }

  /** beta · x + alpha · (mat1 × mat2); x broadcasts to the product. */
  addmm<D extends DType, B extends Shape, C extends Shape>(this: Tensor<any, D>, mat1: Tensor<B, D>, mat2: Arg<Product<B, C>, Tensor<C, D>>, options?: OptionsOf<'addmm'>): Tensor<Out<Product<B, C>>, D>
  addmm(mat1: Value, mat2: Value, options?: OptionsOf<'addmm'>): Value {
    return operations.addmm(this, mat1, mat2, options)
  }
}
