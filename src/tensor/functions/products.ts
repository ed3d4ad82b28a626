// Products, softmax and sorting as functions. Types as the methods', with the tensor first.
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Promote, Total } from '../dtype-types.ts'
import type { ValuesAndIndices } from '../methods/reductions.ts'
import * as operations from '../operations/index.ts'
import type { Outer, Product } from '../shape-rules/products.ts'
import type { Along, Resize } from '../shape-rules/reductions.ts'
import type { Arg, Or, Out, Shape, Unset } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** eˣ / Σ eˣ along a dim: positive, and summing to 1. */
export function softmax<A extends Shape, D extends DType, const I extends number, E extends DType = D>(
  input: Tensor<A, D>,
  dim: Arg<Along<A, I>, I, 'softmax'>,
  options?: { dtype?: E | null | undefined },
): Tensor<A, NoInfer<E>>
export function softmax(input: Value, dim: number, options?: OptionsOf<'softmax'>): Value {
  return operations.softmax(input, dim, options)
}

/** x − ln Σ eˣ along a dim: the logarithm of softmax, without overflow. */
export function logSoftmax<A extends Shape, D extends DType, const I extends number, E extends DType = D>(
  input: Tensor<A, D>,
  dim: Arg<Along<A, I>, I, 'logSoftmax'>,
  options?: { dtype?: E | null | undefined },
): Tensor<A, NoInfer<E>>
export function logSoftmax(input: Value, dim: number, options?: OptionsOf<'logSoftmax'>): Value {
  return operations.logSoftmax(input, dim, options)
}

/** Running sums along a dim. */
export function cumsum<A extends Shape, D extends DType, const I extends number, E extends DType = Total<D>>(
  input: Tensor<A, D>,
  dim: Arg<Along<A, I>, I, 'cumsum'>,
  options?: { dtype?: E | null | undefined },
): Tensor<A, NoInfer<E>>
export function cumsum(input: Value, dim: number, options?: OptionsOf<'cumsum'>): Value {
  return operations.cumsum(input, dim, options)
}

/** The elements in order along a dim (the last), and where they were. */
export function sort<A extends Shape, D extends DType>(
  input: Tensor<A, D>,
  dim?: number | OptionsOf<'sort'>,
  options?: OptionsOf<'sort'>,
): ValuesAndIndices<A, D>
export function sort(
  input: Value,
  dim?: number | OptionsOf<'sort'>,
  options?: OptionsOf<'sort'>,
): { readonly values: Value; readonly indices: Value } {
  return operations.sort(input, dim, options)
}

/** The order that sorts along a dim (the last). */
export function argsort<A extends Shape>(
  input: Tensor<A>,
  dim?: number | OptionsOf<'argsort'>,
  options?: OptionsOf<'argsort'>,
): Tensor<A, 'int32'>
export function argsort(input: Value, dim?: number | OptionsOf<'argsort'>, options?: OptionsOf<'argsort'>): Value {
  return operations.argsort(input, dim, options)
}

/** The k largest elements along a dim (the last), and where they are. */
export function topk<A extends Shape, D extends DType, K extends number, const I extends number | Unset = Unset>(
  input: Tensor<A, D>,
  k: K,
  dim?: Arg<Resize<A, Or<I, -1>, K>, I | (OptionsOf<'topk'> & { dim?: I | undefined }), 'topk'>,
  options?: OptionsOf<'topk'>,
): ValuesAndIndices<Out<Resize<A, Or<I, -1>, K>>, D>
export function topk(
  input: Value,
  k: number,
  dim?: number | OptionsOf<'topk'>,
  options?: OptionsOf<'topk'>,
): { readonly values: Value; readonly indices: Value } {
  return operations.topk(input, k, dim, options)
}

/**
 * The matrix product: [M, K] × [K, N] → [M, N]. Dims before the last two broadcast; a vector counts as a row on the left and as a column on the right, and that dim goes again.
 */
export function matmul<A extends Shape, D extends DType, B extends Shape, E extends DType>(
  input: Tensor<A, D>,
  other: Arg<Product<A, B>, Tensor<B, E>>,
): Tensor<Out<Product<A, B>>, Promote<A, D, B, E>>
export function matmul(input: Value, other: Value): Value {
  return operations.matmul(input, other)
}

/** The product of two matrices: [M, K] × [K, N] → [M, N]. */
export function mm<M extends number, K extends number, D extends DType, B extends Shape>(
  input: Tensor<[M, K], D>,
  mat2: Arg<Product<[M, K], B>, Tensor<B, D>>,
): Tensor<Out<Product<[M, K], B>>, D>
export function mm(input: Value, mat2: Value): Value {
  return operations.mm(input, mat2)
}

/** Products of matrices, one by one: [N, M, K] × [N, K, P] → [N, M, P]. */
export function bmm<N extends number, M extends number, K extends number, D extends DType, B extends Shape>(
  input: Tensor<[N, M, K], D>,
  mat2: Arg<Product<[N, M, K], B>, Tensor<B, D>>,
): Tensor<Out<Product<[N, M, K], B>>, D>
export function bmm(input: Value, mat2: Value): Value {
  return operations.bmm(input, mat2)
}

/** A matrix times a vector: [M, K] × [K] → [M]. */
export function mv<M extends number, K extends number, D extends DType, B extends Shape>(
  input: Tensor<[M, K], D>,
  vec: Arg<Product<[M, K], B>, Tensor<B, D>>,
): Tensor<Out<Product<[M, K], B>>, D>
export function mv(input: Value, vec: Value): Value {
  return operations.mv(input, vec)
}

/** Σ x · other of two vectors. */
export function dot<K extends number, D extends DType, B extends Shape>(
  input: Tensor<[K], D>,
  other: Arg<Product<[K], B>, Tensor<B, D>>,
): Tensor<[], D>
export function dot(input: Value, other: Value): Value {
  return operations.dot(input, other)
}

/** All products of elements of two vectors: [M], [N] → [M, N]. */
export function outer<A extends Shape, D extends DType, B extends Shape, E extends DType>(
  input: Tensor<A, D>,
  vec2: Arg<Outer<A, B>, Tensor<B, E>>,
): Tensor<Out<Outer<A, B>>, Promote<A, D, B, E>>
export function outer(input: Value, vec2: Value): Value {
  return operations.outer(input, vec2)
}

/** beta · x + alpha · (mat1 × mat2); x broadcasts to the product. */
export function addmm<D extends DType, B extends Shape, C extends Shape>(
  input: Tensor<any, D>,
  mat1: Tensor<B, D>,
  mat2: Arg<Product<B, C>, Tensor<C, D>>,
  options?: OptionsOf<'addmm'>,
): Tensor<Out<Product<B, C>>, D>
export function addmm(input: Value, mat1: Value, mat2: Value, options?: OptionsOf<'addmm'>): Value {
  return operations.addmm(input, mat1, mat2, options)
}
