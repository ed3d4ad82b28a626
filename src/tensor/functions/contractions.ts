// Products that sum over chosen dims as functions. Types as the methods', with the tensor first.
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Promote } from '../dtype-types.ts'
import * as operations from '../operations/index.ts'
import type { Broadcast } from '../shape-rules/broadcast.ts'
import type { Product } from '../shape-rules/products.ts'
import type { Arg, Out, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** beta · x + alpha · (mat × vec). */
export function addmv<D extends DType>(
  input: Tensor<any, D>,
  mat: Tensor<any, D>,
  vec: Tensor<any, D>,
  options?: OptionsOf<'addmv'>,
): Tensor<any, D>
export function addmv(input: Value, mat: Value, vec: Value, options?: OptionsOf<'addmv'>): Value {
  return operations.addmv(input, mat, vec, options)
}

/** beta · x + alpha · outer(vec1, vec2). */
export function addr<D extends DType>(
  input: Tensor<any, D>,
  vec1: Tensor<any, D>,
  vec2: Tensor<any, D>,
  options?: OptionsOf<'addr'>,
): Tensor<any, D>
export function addr(input: Value, vec1: Value, vec2: Value, options?: OptionsOf<'addr'>): Value {
  return operations.addr(input, vec1, vec2, options)
}

/** beta · x + alpha · Σ (batch1 × batch2), summed over the batch. */
export function addbmm<D extends DType>(
  input: Tensor<any, D>,
  batch1: Tensor<any, D>,
  batch2: Tensor<any, D>,
  options?: OptionsOf<'addbmm'>,
): Tensor<any, D>
export function addbmm(input: Value, batch1: Value, batch2: Value, options?: OptionsOf<'addbmm'>): Value {
  return operations.addbmm(input, batch1, batch2, options)
}

/** beta · x + alpha · (batch1 × batch2), matrix by matrix. */
export function baddbmm<D extends DType>(
  input: Tensor<any, D>,
  batch1: Tensor<any, D>,
  batch2: Tensor<any, D>,
  options?: OptionsOf<'baddbmm'>,
): Tensor<any, D>
export function baddbmm(input: Value, batch1: Value, batch2: Value, options?: OptionsOf<'baddbmm'>): Value {
  return operations.baddbmm(input, batch1, batch2, options)
}

/** Σ x · other of two vectors. */
export function vdot<K extends number, D extends DType, B extends Shape>(
  input: Tensor<[K], D>,
  other: Arg<Product<[K], B>, Tensor<B, D>>,
): Tensor<[], D>
export function vdot(input: Value, other: Value): Value {
  return operations.vdot(input, other)
}

/** Products summed over the last dim of both. */
export function inner<D extends DType>(input: Tensor<any, D>, other: Tensor<any, D>): Tensor<any, D>
export function inner(input: Value, other: Value): Value {
  return operations.inner(input, other)
}

/** Products summed over the last `dims` dims (2) of x and the first of the other, or over the dims of two lists. */
export function tensordot<D extends DType>(
  input: Tensor<any, D>,
  other: Tensor<any, D>,
  dims?:
    | number
    | readonly [readonly number[], readonly number[]]
    | { dims?: number | readonly [readonly number[], readonly number[]] | undefined },
): Tensor<any, D>
export function tensordot(input: Value, other: Value, dims?: number | readonly (readonly number[])[] | OptionsOf<'tensordot'>): Value {
  return operations.tensordot(input, other, dims)
}

/** Every element of x times the whole of the other, side by side: sizes multiply. */
export function kron<D extends DType, E extends DType>(input: Tensor<any, D>, other: Tensor<any, E>): Tensor<any, Promote<any, D, any, E>>
export function kron(input: Value, other: Value): Value {
  return operations.kron(input, other)
}

/** The cross product of vectors of three elements along a dim (the first of size 3). */
export function cross<A extends Shape, D extends DType, B extends Shape, E extends DType>(
  input: Tensor<A, D>,
  other: Arg<Broadcast<A, B>, Tensor<B, E>, 'cross'>,
  dim?: number | null | OptionsOf<'cross'>,
): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>
export function cross(input: Value, other: Value, dim?: number | null | OptionsOf<'cross'>): Value {
  return operations.cross(input, other, dim)
}

/**
 * Sums of products in Einstein's notation: each letter names a dim, and those that are not in the result are summed over.
 *
 * @example
 * ```ts
 * import { einsum, tensor } from 'wengert'
 * const a = tensor([[1, 2], [3, 4]])
 * console.log(einsum('ij,j->i', [a, tensor([1, 10])]).toArray()) // [ 21, 43 ]
 * console.log(einsum('ii', [a]).item()) // 5
 * ```
 */
export function einsum<D extends DType>(equation: string, operands: readonly Tensor<any, D>[]): Tensor<any, D>
export function einsum(equation: string, operands: readonly Value[]): Value {
  return operations.einsum(equation, operands)
}
