// Broadcasting: the common shape of operands, and shapes that others stretch to. See Note [Shapes in types].
import type { Free, Same, Shape } from '../shape-types.ts'

// A size, so that it is assignable to no other one, not even to `number`.
type Only<X> = (size: X) => X
// P = [A, B], Q = the same as Only. Each condition is either true at once for a symbolic size, or only looks at known ones: equal sizes
// or a 1 first, and Z is the one that is not 1.
type Fit<A, B, P, Q> = Q extends [Only<A>, Only<A> | Only<1>] | [Only<B> | Only<1>, Only<B>]
  ? P extends [1 | (infer Z extends A | B), 1 | (infer Z extends A | B)]
    ? [Z]
    : never
  : P extends [1, any]
    ? [B]
    : P extends [any, 1]
      ? [A]
      : number extends A
        ? [B]
        : number extends B
          ? [A]
          : `sizes ${A & number} and ${B & number} do not broadcast`
type Align<A extends readonly unknown[], B extends readonly unknown[], R extends unknown[] = []> = A extends readonly [...infer A1, infer X]
  ? B extends readonly [...infer B1, infer Y]
    ? AlignRest<A1, B1, R, Fit<X, Y, [X, Y], [Only<X>, Only<Y>]>>
    : [...A, ...R]
  : [...B, ...R]
type AlignRest<A extends readonly unknown[], B extends readonly unknown[], R extends unknown[], F> = F extends [any]
  ? Align<A, B, [...F, ...R]>
  : F
/** The common shape of two operands: aligned at the last dim, sizes equal or 1. */
export type Broadcast<A extends Shape, B extends Shape> = true extends Free<A> | Free<B> ? number[] : Align<A, B>
/** The common shape of three operands. */
export type Broadcast3<A extends Shape, B extends Shape, C extends Shape> =
  Broadcast<A, B> extends infer R ? (R extends Shape ? Broadcast<R, C> : R) : never
/** The shape of `A` where `B` broadcasts into it, as an in-place operation needs. */
export type Into<A extends Shape, B extends Shape> = true extends Free<A> | Free<B>
  ? number[]
  : Broadcast<A, B> extends infer R
    ? R extends string
      ? R
      : true extends Same<R, A>
        ? A
        : R extends { length: A['length'] }
          ? Into1<A, R>
          : 'the operand has more dims than the tensor it is written into'
    : never
type Into1<A extends Shape, R> = A extends R
  ? A
  : R extends A
    ? A
    : number extends A[number]
      ? A
      : 'the operand is larger than the tensor it is written into'
