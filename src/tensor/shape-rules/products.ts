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
