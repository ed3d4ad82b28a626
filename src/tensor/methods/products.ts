// Methods that work along one dim and keep it (softmax, running sums, sorting), and products of matrices and vectors. See Note [Methods].
import type { DType } from '../../core/dtype.ts'
import type { Promote, Total } from '../dtype-types.ts'
import type { Outer, Product } from '../shape-rules/products.ts'
import type { Along, Resize } from '../shape-rules/reductions.ts'
import type { Arg, Or, Out, Shape, Unset } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'
import type { ValuesAndIndices } from './reductions.ts'

/** The part of Tensor that works along a dim, and multiplies matrices. */
export interface ProductMethods {
  /**
   * eˣ / Σ eˣ along a dim: positive, and summing to 1.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * console.log(tensor([0, 0]).softmax(0).toArray()) // [ 0.5, 0.5 ]
   * ```
   */
  softmax<A extends Shape, D extends DType, const I extends number, E extends DType = D>(
    this: Tensor<A, D>,
    dim: Arg<Along<A, I>, I, 'softmax'>,
    options?: { dtype?: E | null | undefined },
  ): Tensor<A, NoInfer<E>>

  /** x − ln Σ eˣ along a dim: the logarithm of softmax, without overflow. */
  logSoftmax<A extends Shape, D extends DType, const I extends number, E extends DType = D>(
    this: Tensor<A, D>,
    dim: Arg<Along<A, I>, I, 'logSoftmax'>,
    options?: { dtype?: E | null | undefined },
  ): Tensor<A, NoInfer<E>>

  /** Running sums along a dim. */
  cumsum<A extends Shape, D extends DType, const I extends number, E extends DType = Total<D>>(
    this: Tensor<A, D>,
    dim: Arg<Along<A, I>, I, 'cumsum'>,
    options?: { dtype?: E | null | undefined },
  ): Tensor<A, NoInfer<E>>

  /**
   * The elements in order along a dim (the last), and where they were.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * console.log(tensor([3, 1, 2]).sort({ descending: true }).indices.toArray()) // [ 0, 2, 1 ]
   * ```
   */
  sort<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    dim?: number | OptionsOf<'sort'>,
    options?: OptionsOf<'sort'>,
  ): ValuesAndIndices<A, D>

  /** The order that sorts along a dim (the last). */
  argsort<A extends Shape>(this: Tensor<A>, dim?: number | OptionsOf<'argsort'>, options?: OptionsOf<'argsort'>): Tensor<A, 'int32'>

  /** The k largest elements along a dim (the last), and where they are. */
  topk<A extends Shape, D extends DType, K extends number, const I extends number | Unset = Unset>(
    this: Tensor<A, D>,
    k: K,
    dim?: Arg<Resize<A, Or<I, -1>, K>, I | (OptionsOf<'topk'> & { dim?: I | undefined }), 'topk'>,
    options?: OptionsOf<'topk'>,
  ): ValuesAndIndices<Out<Resize<A, Or<I, -1>, K>>, D>

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
  matmul<A extends Shape, D extends DType, B extends Shape, E extends DType>(
    this: Tensor<A, D>,
    other: Arg<Product<A, B>, Tensor<B, E>>,
  ): Tensor<Out<Product<A, B>>, Promote<A, D, B, E>>

  /** The product of two matrices: [M, K] × [K, N] → [M, N]. */
  mm<M extends number, K extends number, D extends DType, B extends Shape>(
    this: Tensor<[M, K], D>,
    mat2: Arg<Product<[M, K], B>, Tensor<B, D>>,
  ): Tensor<Out<Product<[M, K], B>>, D>

  /** Products of matrices, one by one: [N, M, K] × [N, K, P] → [N, M, P]. */
  bmm<N extends number, M extends number, K extends number, D extends DType, B extends Shape>(
    this: Tensor<[N, M, K], D>,
    mat2: Arg<Product<[N, M, K], B>, Tensor<B, D>>,
  ): Tensor<Out<Product<[N, M, K], B>>, D>

  /** A matrix times a vector: [M, K] × [K] → [M]. */
  mv<M extends number, K extends number, D extends DType, B extends Shape>(
    this: Tensor<[M, K], D>,
    vec: Arg<Product<[M, K], B>, Tensor<B, D>>,
  ): Tensor<Out<Product<[M, K], B>>, D>

  /** Σ x · other of two vectors. */
  dot<K extends number, D extends DType, B extends Shape>(this: Tensor<[K], D>, other: Arg<Product<[K], B>, Tensor<B, D>>): Tensor<[], D>

  /** All products of elements of two vectors: [M], [N] → [M, N]. */
  outer<A extends Shape, D extends DType, B extends Shape, E extends DType>(
    this: Tensor<A, D>,
    vec2: Arg<Outer<A, B>, Tensor<B, E>>,
  ): Tensor<Out<Outer<A, B>>, Promote<A, D, B, E>>

  /** beta · x + alpha · (mat1 × mat2); x broadcasts to the product. */
  addmm<D extends DType, B extends Shape, C extends Shape>(
    this: Tensor<any, D>,
    mat1: Tensor<B, D>,
    mat2: Arg<Product<B, C>, Tensor<C, D>>,
    options?: OptionsOf<'addmm'>,
  ): Tensor<Out<Product<B, C>>, D>
}
