// Shapes of products of matrices and vectors. See Note [Shapes in types].
import type { Free, Same, Shape } from '../shape-types.ts'
import type { Broadcast } from './broadcast.ts'

type Inner<K extends number, L extends number, R> =
  Same<K, L> extends true ? R : number extends K | L ? R : `matmul: inner sizes differ: ${K} and ${L}`
type Batched<P extends Shape, Q extends Shape, M extends number, N extends number> = Q extends readonly []
  ? [...P, M, N]
  : Broadcast<P, Q> extends infer R
    ? R extends number[]
      ? [...R, M, N]
      : R
    : never
/** The shape of a matrix product: [M, K] × [K, N], vectors, and batches that broadcast. */
export type Product<A extends Shape, B extends Shape> = true extends Free<A> | Free<B>
  ? number[]
  : A extends readonly [...infer P extends number[], infer M extends number, infer K extends number]
    ? B extends readonly [...infer Q extends number[], infer L extends number, infer N extends number]
      ? Inner<K, L, Batched<P, Q, M, N>>
      : B extends readonly [infer L extends number]
        ? Inner<K, L, [...P, M]>
        : 'matmul: the other operand has no dims'
    : A extends readonly [infer K extends number]
      ? B extends readonly [...infer Q extends number[], infer L extends number, infer N extends number]
        ? Inner<K, L, [...Q, N]>
        : B extends readonly [infer L extends number]
          ? Inner<K, L, []>
          : 'matmul: the other operand has no dims'
      : 'matmul: this operand has no dims'
/** The shape of an outer product of two vectors. */
export type Outer<A extends Shape, B extends Shape> = true extends Free<A> | Free<B>
  ? number[]
  : [A, B] extends [readonly [infer M extends number], readonly [infer N extends number]]
    ? [M, N]
    : 'outer: both operands must be vectors'
/** The shape of attention: […, L, E] × […, S, E] × […, S, V], whose leading dims broadcast. */
export type Attended<A extends Shape, B extends Shape, C extends Shape> = true extends Free<A> | Free<B> | Free<C>
  ? number[]
  : [A, B, C] extends [
        readonly [...infer P extends number[], infer L extends number, infer E extends number],
        readonly [...infer Q extends number[], infer S extends number, infer F extends number],
        readonly [...infer R extends number[], infer T extends number, infer V extends number],
      ]
    ? Fits<E, F> extends false
      ? `query and key have different last sizes: ${E} and ${F}`
      : Fits<S, T> extends false
        ? `key and value have different numbers of rows: ${S} and ${T}`
        : Broadcast<P, Q> extends infer N
          ? N extends Known
            ? Under<Broadcast<N, R>, L, V>
            : N
          : never
    : 'query, key and value need at least 2 dims'
/** A shape of known length, symbolic sizes included: a condition on their elements would stay open. */
type Known = readonly [] | readonly [any, ...any[]]
type Under<N, L extends number, V extends number> = N extends Known ? [...N, L, V] : N
type Fits<A extends number, B extends number> = true extends Same<A, B> ? true : number extends A | B ? true : false
