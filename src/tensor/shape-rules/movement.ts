// Shapes after moving elements: transposed, permuted, squeezed, merged, reshaped. See Note [Shapes in types].
import type { DivideWithRest, Multiply, ProductOf } from '../integer-types.ts'
import type { Free, Or, Same, Shape, Sizes, Unset } from '../shape-types.ts'
import type { Drop, Insert, OutOfRange, Position, PositionOf, Positions, Rank } from './dims.ts'

/** `S` with two dims swapped. */
export type Transpose<S extends Shape, D extends number, E extends number> =
  true extends Free<S>
    ? number[]
    : number extends D | E
      ? { -readonly [I in keyof S]: number }
      : S['length'] extends infer R extends Rank
        ? `${D}` extends keyof Positions[R]
          ? `${E}` extends keyof Positions[R]
            ? Swap<S, PositionOf<R, D>, PositionOf<R, E>>
            : OutOfRange<E, R>
          : OutOfRange<D, R>
        : number[]
type Swap<S extends Shape, P extends Position, Q extends Position> = {
  -readonly [I in keyof S]: I extends P ? S[Q & keyof S] : I extends Q ? S[P & keyof S] : S[I]
}
/** `S` with its dims in the opposite order. */
export type Reversed<S extends Shape> = S extends readonly [infer M extends number, infer N extends number] ? [N, M] : S
/** `S` with its dims in the order `P`. */
export type Permute<S extends Shape, P extends Shape> =
  true extends Free<P>
    ? number[]
    : true extends Free<S>
      ? { -readonly [I in keyof P]: number }
      : S['length'] extends infer R extends Rank
        ? P['length'] extends R
          ? Positions[R][keyof Positions[R]] extends PositionOf<R, P[number]>
            ? { -readonly [I in keyof P]: S[PositionOf<R, P[I]> & keyof S] }
            : 'permute: each dim must be named once'
          : `permute: ${P['length']} dims are named, and there are ${R}`
        : number[]
/** `S` with a new dim of size `X` at `D`. */
export type Unsqueeze<S extends Shape, D extends number, X extends number = 1> =
  true extends Free<S>
    ? number[]
    : number extends D
      ? number[]
      : [0, ...S]['length'] extends infer R extends Rank
        ? `${D}` extends keyof Positions[R]
          ? Insert<S, PositionOf<R, D>, X>
          : OutOfRange<D, R>
        : number[]
type OnesOf<S extends Shape, P extends Position> = P extends keyof S
  ? number extends S[P]
    ? 'unknown'
    : S[P] extends 1
      ? P
      : never
  : never
type SqueezeAt<S extends Shape, P extends Position> =
  OnesOf<S, P> extends infer O ? ('unknown' extends O ? number[] : Drop<S, O & Position>) : never
/** `S` without its dims of size 1, all or those of `D`. */
export type Squeeze<S extends Shape, D> = Unset extends D
  ? Squeeze<S, null>
  : true extends Free<S>
    ? number[]
    : D extends null
      ? SqueezeAt<S, keyof S & Position>
      : S['length'] extends infer R extends Rank
        ? (D extends number ? D : D extends readonly number[] ? D[number] : never) extends infer E extends number
          ? number extends E
            ? number[]
            : `${E}` extends keyof Positions[R]
              ? SqueezeAt<S, PositionOf<R, E>>
              : OutOfRange<E, R>
          : number[]
        : number[]

type MergeFrom<S extends Shape, P, Q, I extends 0[] = [], R extends number[] = []> = `${I['length']}` extends P
  ? MergeTo<S, Q, I, R>
  : S extends readonly [infer X extends number, ...infer T extends number[]]
    ? MergeFrom<T, P, Q, [...I, 0], [...R, X]>
    : never
type MergeTo<S extends Shape, Q, I extends 0[], R extends number[], M extends number = 1> = S extends readonly [
  infer X extends number,
  ...infer T extends number[],
]
  ? `${I['length']}` extends Q
    ? [...R, Multiply<M, X>, ...T]
    : MergeTo<T, Q, [...I, 0], R, Multiply<M, X>>
  : 'flatten: startDim comes after endDim'
/** `S` with the dims from `D` to `E` merged into one. */
export type Flatten<S extends Shape, I, J> = FlattenAt<S, Or<I, 0>, Or<J, -1>>
type FlattenAt<S extends Shape, D extends number, E extends number> =
  true extends Free<S>
    ? number[]
    : number extends D | E
      ? number[]
      : S extends readonly []
        ? [1]
        : S['length'] extends infer R extends Rank
          ? `${D}` extends keyof Positions[R]
            ? `${E}` extends keyof Positions[R]
              ? MergeFrom<S, PositionOf<R, D>, PositionOf<R, E>>
              : OutOfRange<E, R>
            : OutOfRange<D, R>
          : number[]
type SplitAt<S extends Shape, P, T extends Shape, R extends number[] = []> = S extends readonly [
  infer X extends number,
  ...infer U extends number[],
]
  ? `${R['length']}` extends P
    ? Reshape<[X], T> extends infer N
      ? N extends number[]
        ? [...R, ...N, ...U]
        : N
      : never
    : SplitAt<U, P, T, [...R, X]>
  : never
/** `S` with dim `D` split into the sizes `T`. */
export type Unflatten<S extends Shape, D extends number, T extends Shape> = true extends Free<S> | Free<T>
  ? number[]
  : number extends D
    ? number[]
    : S['length'] extends infer R extends Rank
      ? `${D}` extends keyof Positions[R]
        ? SplitAt<S, PositionOf<R, D>, T>
        : OutOfRange<D, R>
      : number[]

// A shape that was asked for, where the -1 is not known.
type Unfilled<T extends Shape> = { -readonly [I in keyof T]: T[I] extends -1 ? number : T[I] }
type Filled<T extends Shape, X extends number> = { -readonly [I in keyof T]: T[I] extends -1 ? X : T[I] }
type Without<T extends Shape, X extends number, R extends number[] = []> = T extends readonly [
  infer Y extends number,
  ...infer U extends number[],
]
  ? Same<X, Y> extends true
    ? [...R, ...U]
    : Without<U, X, [...R, Y]>
  : null
// Equal sizes cancel (and symbolic ones can only cancel); what is left on both sides is multiplied out.
type Cancel<S extends Shape, T extends Shape, R extends number[] = []> = S extends readonly [
  infer X extends number,
  ...infer U extends number[],
]
  ? Without<T, X> extends infer V extends number[]
    ? Cancel<U, V, R>
    : Cancel<U, T, [...R, X]>
  : [R, T]
type Misfit<S extends Shape, T extends Shape> = 0 extends S[number] & T[number]
  ? Sizes<T>
  : `${ProductOf<S>} elements do not fit into a shape of ${ProductOf<T>}`
type Inferred<T extends Shape, M extends number, N extends number> =
  DivideWithRest<M, N> extends [infer Q extends number, infer R]
    ? R extends 0
      ? Filled<T, Q>
      : number extends R
        ? Filled<T, number>
        : `${M} elements do not divide into groups of ${N}`
    : never
type Refill<S extends Shape, T extends Shape, P extends Shape, Q extends Shape> =
  Without<Q, -1> extends infer U
    ? U extends number[]
      ? -1 extends U[number]
        ? 'only one size can be -1'
        : Inferred<T, ProductOf<P>, ProductOf<U>>
      : [P, Q] extends [[], []]
        ? Sizes<T>
        : [ProductOf<P>, ProductOf<Q>] extends [infer M extends number, infer N extends number]
          ? Same<M, N> extends true
            ? Sizes<T>
            : number extends M | N
              ? Sizes<T>
              : Misfit<S, T>
          : never
    : never
/** The shape `T` for the elements of `S`; one size may be -1. */
export type Reshape<S extends Shape, T extends Shape> =
  true extends Free<T>
    ? number[]
    : true extends Free<S>
      ? Unfilled<T>
      : Cancel<S, T> extends [infer P extends number[], infer Q extends readonly number[]]
        ? Refill<S, T, P, Q>
        : never
/** `S` expanded to `T`: sizes 1 grow, -1 stays. */
export type Expand<S extends Shape, T extends Shape, R extends number[] = []> =
  true extends Free<T>
    ? number[]
    : true extends Free<S>
      ? Unfilled<T>
      : T extends readonly [...infer T1 extends number[], infer Y extends number]
        ? S extends readonly [...infer S1 extends number[], infer X extends number]
          ? Y extends -1
            ? Expand<S1, T1, [X, ...R]>
            : Same<X, Y> extends true
              ? Expand<S1, T1, [Y, ...R]>
              : X extends 1
                ? Expand<S1, T1, [Y, ...R]>
                : number extends X | Y
                  ? Expand<S1, T1, [Y, ...R]>
                  : `expand: size ${X} does not expand to ${Y}`
          : Y extends -1
            ? 'expand: -1 keeps a size, and there is none for a new dim'
            : Expand<S, T1, [Y, ...R]>
        : S extends readonly []
          ? R
          : 'expand: fewer dims than the tensor has'
