// What the compiler knows of shapes and dtypes: one type per rule (broadcasting, matmul, reduction, …) from the shapes of
// the inputs to the shape of the result, or to a sentence that says what does not fit. It must not know Tensor's methods.
//
// Note [Shapes in types]
// - A shape is a tuple of sizes. A size known only at run time is `number`, an unknown rank `any` or `number[]`; both fit everything.
// - A rule gives a tuple, `number[]` (nothing known) or a string (the error). Methods read it through `Arg` (a parameter
//   that becomes the sentence, which TypeScript then prints) and `Out` (the result's shape).
// - A size may be a type parameter (`B extends number`). `Same` decides B = B at once; conditional types on B itself stay open.
// - Shape and dtype stand in fields of Tensor only; methods take them from `this`. So Tensor stays covariant, and cheap.
import type { Add, DivideWithRest, Multiply, ProductOf, Subtract } from './integer-types.ts'

/** Sizes of the dimensions of a tensor. */
export type Shape = readonly number[]
/** One dim, several dims, or (`null`) all of them. */
export type Dims = number | readonly number[] | null

/** The same shape, read-only. (`Readonly<any>` would not be a list.) */
export type Frozen<S extends Shape> = { readonly [I in keyof S]: S[I] }
/** The same shape, as a mutable tuple; unknown where the length is not known. */
export type Sizes<S extends Shape> = number extends S['length'] ? any : { -readonly [I in keyof S]: S[I] }

declare const unset: unique symbol
/** Stands for an argument that was not given; nobody can pass it. As the last member of a constraint it also shows that nothing could be inferred. */
export type Unset = typeof unset
/** A number that was given, or what it is by default. */
export type Or<I, Default extends number> = Unset extends I ? Default : I extends number ? I : Default
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
// any or number[]: nothing is known.
type Free<A extends Shape> = 0 extends 1 & A ? true : number extends A['length'] ? true : false

/** The parameter type `T`, or the sentence that a rule `R` answered with, which the editor then shows. */
export type Arg<R, T, Name extends string = ''> = R extends string ? (Name extends '' ? R : `${Name}: ${R}`) : T
/** The shape that a rule answered with; unknown where it knows nothing. Never `R extends Shape`: that stays open for [B, 10]. */
export type Out<R> = R extends readonly [] | readonly [any, ...any[]] ? R : any

// By rank: the position that a dim, possibly negative, means.
// biome-ignore format: a table
interface Positions {
  0: { '0': '0'; '-1': '0' }
  1: { '0': '0'; '-1': '0' }
  2: { '0': '0'; '1': '1'; '-2': '0'; '-1': '1' }
  3: { '0': '0'; '1': '1'; '2': '2'; '-3': '0'; '-2': '1'; '-1': '2' }
  4: { '0': '0'; '1': '1'; '2': '2'; '3': '3'; '-4': '0'; '-3': '1'; '-2': '2'; '-1': '3' }
  5: { '0': '0'; '1': '1'; '2': '2'; '3': '3'; '4': '4'; '-5': '0'; '-4': '1'; '-3': '2'; '-2': '3'; '-1': '4' }
  6: { '0': '0'; '1': '1'; '2': '2'; '3': '3'; '4': '4'; '5': '5'; '-6': '0'; '-5': '1'; '-4': '2'; '-3': '3'; '-2': '4'; '-1': '5' }
}
type Rank = keyof Positions
type Position = '0' | '1' | '2' | '3' | '4' | '5'
type PositionOf<R extends Rank, D extends number> = Positions[R][`${D}` & keyof Positions[R]] & Position
type OutOfRange<D extends number, R extends Rank> = `dim ${D} is out of range: there are ${R} dims`

// S without the positions P.
type Drop<S extends Shape, P extends Position, I extends 0[] = [], R extends number[] = []> = S extends readonly [infer X extends number, ...infer T extends number[]]
  ? `${I['length']}` extends P ? Drop<T, P, [...I, 0], R> : Drop<T, P, [...I, 0], [...R, X]>
  : R
// S with X inserted at position P.
type Insert<S extends Shape, P extends Position, X extends number, R extends number[] = []> = `${R['length']}` extends P
  ? [...R, X, ...S]
  : S extends readonly [infer Y extends number, ...infer T extends number[]] ? Insert<T, P, X, [...R, Y]> : never

// ── Elementwise ─────────────────────────────────────────────────────────────────────────────────────────────────────

// A size, so that it is assignable to no other one, not even to `number`.
type Only<X> = (size: X) => X
// P = [A, B], Q = the same as Only. Each condition is either true at once for a symbolic size, or only looks at known ones: equal sizes
// or a 1 first, and Z is the one that is not 1.
type Fit<A, B, P, Q> = Q extends [Only<A>, Only<A> | Only<1>] | [Only<B> | Only<1>, Only<B>]
  ? P extends [1 | (infer Z extends A | B), 1 | (infer Z extends A | B)] ? [Z] : never
  : P extends [1, any] ? [B] : P extends [any, 1] ? [A] : number extends A ? [B] : number extends B ? [A] : `sizes ${A & number} and ${B & number} do not broadcast`
type Align<A extends readonly unknown[], B extends readonly unknown[], R extends unknown[] = []> = A extends readonly [...infer A1, infer X]
  ? B extends readonly [...infer B1, infer Y] ? AlignRest<A1, B1, R, Fit<X, Y, [X, Y], [Only<X>, Only<Y>]>> : [...A, ...R]
  : [...B, ...R]
type AlignRest<A extends readonly unknown[], B extends readonly unknown[], R extends unknown[], F> = F extends [any] ? Align<A, B, [...F, ...R]> : F
/** The common shape of two operands: aligned at the last dim, sizes equal or 1. */
export type Broadcast<A extends Shape, B extends Shape> = true extends Free<A> | Free<B> ? number[] : Align<A, B>
/** The common shape of three operands. */
export type Broadcast3<A extends Shape, B extends Shape, C extends Shape> = Broadcast<A, B> extends infer R ? R extends Shape ? Broadcast<R, C> : R : never
/** The shape of `A` where `B` broadcasts into it, as an in-place operation needs. */
export type Into<A extends Shape, B extends Shape> = true extends Free<A> | Free<B> ? number[] : Broadcast<A, B> extends infer R
  ? R extends string ? R : true extends Same<R, A> ? A : R extends { length: A['length'] } ? Into1<A, R> : 'the operand has more dims than the tensor it is written into'
  : never
type Into1<A extends Shape, R> = A extends R ? A : R extends A ? A : number extends A[number] ? A : 'the operand is larger than the tensor it is written into'
/** `S` expanded to `T`: sizes 1 grow, -1 stays. */
export type Expand<S extends Shape, T extends Shape, R extends number[] = []> = true extends Free<T> ? number[] : true extends Free<S> ? Unfilled<T>
  : T extends readonly [...infer T1 extends number[], infer Y extends number]
    ? S extends readonly [...infer S1 extends number[], infer X extends number]
      ? Y extends -1 ? Expand<S1, T1, [X, ...R]> : Same<X, Y> extends true ? Expand<S1, T1, [Y, ...R]> : X extends 1 ? Expand<S1, T1, [Y, ...R]>
        : number extends X | Y ? Expand<S1, T1, [Y, ...R]> : `expand: size ${X} does not expand to ${Y}`
      : Y extends -1 ? 'expand: -1 keeps a size, and there is none for a new dim' : Expand<S, T1, [Y, ...R]>
    : S extends readonly [] ? R : 'expand: fewer dims than the tensor has'

// ── Contraction ─────────────────────────────────────────────────────────────────────────────────────────────────────

type Inner<K extends number, L extends number, R> = Same<K, L> extends true ? R : number extends K | L ? R : `matmul: inner sizes differ: ${K} and ${L}`
type Batched<P extends Shape, Q extends Shape, M extends number, N extends number> = Q extends readonly [] ? [...P, M, N]
  : Broadcast<P, Q> extends infer R ? R extends number[] ? [...R, M, N] : R : never
/** The shape of a matrix product: [M, K] × [K, N], vectors, and batches that broadcast. */
export type Product<A extends Shape, B extends Shape> = true extends Free<A> | Free<B> ? number[]
  : A extends readonly [...infer P extends number[], infer M extends number, infer K extends number]
    ? B extends readonly [...infer Q extends number[], infer L extends number, infer N extends number] ? Inner<K, L, Batched<P, Q, M, N>>
      : B extends readonly [infer L extends number] ? Inner<K, L, [...P, M]> : 'matmul: the other operand has no dims'
    : A extends readonly [infer K extends number]
      ? B extends readonly [...infer Q extends number[], infer L extends number, infer N extends number] ? Inner<K, L, [...Q, N]>
        : B extends readonly [infer L extends number] ? Inner<K, L, []> : 'matmul: the other operand has no dims'
      : 'matmul: this operand has no dims'
/** The shape of an outer product of two vectors. */
export type Outer<A extends Shape, B extends Shape> = true extends Free<A> | Free<B> ? number[]
  : [A, B] extends [readonly [infer M extends number], readonly [infer N extends number]] ? [M, N] : 'outer: both operands must be vectors'
/** The shape that a linear layer of `I` inputs and `O` outputs gives. */
export type LinearShape<S extends Shape, I extends number, O extends number> = true extends Free<S> ? number[]
  : S extends readonly [...infer L extends number[], infer X extends number]
    ? Same<X, I> extends true ? [...L, O] : number extends X | I ? [...L, O] : `Linear: the last size must be ${I}, not ${X}`
    : 'Linear: the input has no dims'

// ── Reductions ──────────────────────────────────────────────────────────────────────────────────────────────────────

type Collapse<S extends Shape, P extends Position, Keep> = Keep extends true ? { -readonly [I in keyof S]: I extends P ? 1 : S[I] } : Drop<S, P>
type ReduceAt<S extends Shape, D extends number, Keep> = number extends D ? number[]
  : S['length'] extends infer R extends Rank ? `${D}` extends keyof Positions[R] ? Collapse<S, PositionOf<R, D>, Keep> : OutOfRange<D, R> : number[]
/** `S` without the reduced dims, or with size 1 there. */
export type Reduce<S extends Shape, D, Keep> = Unset extends D ? Reduce<S, null, Keep> : true extends Free<S> ? (D extends null ? (Keep extends true ? number[] : []) : number[])
  : D extends null ? (Keep extends true ? { -readonly [I in keyof S]: 1 } : [])
    : D extends number ? ReduceAt<S, D, Keep> : D extends readonly [] ? Reduce<S, null, Keep> : D extends readonly number[] ? ReduceAt<S, D[number], Keep> : number[]
/** `S`, where `D` is one of its dims. */
export type Along<S extends Shape, D extends number> = true extends Free<S> ? number[] : number extends D ? S
  : S['length'] extends infer R extends Rank ? `${D}` extends keyof Positions[R] ? S : OutOfRange<D, R> : S
/** `S` with size `X` at dim `D`. */
export type Resize<S extends Shape, D extends number, X extends number> = true extends Free<S> ? number[]
  : number extends D ? { -readonly [I in keyof S]: number }
    : S['length'] extends infer R extends Rank
      ? `${D}` extends keyof Positions[R] ? { -readonly [I in keyof S]: I extends PositionOf<R, D> ? X : S[I] } : OutOfRange<D, R>
      : number[]
/** The size of dim `D`. */
export type SizeAt<S extends Shape, D extends number> = true extends Free<S> ? number : number extends D ? number
  : S['length'] extends infer R extends Rank ? S[PositionOf<R, D> & keyof S] & number : number

// ── Movement ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `S` with two dims swapped. */
export type Transpose<S extends Shape, D extends number, E extends number> = true extends Free<S> ? number[] : number extends D | E ? { -readonly [I in keyof S]: number }
  : S['length'] extends infer R extends Rank ? `${D}` extends keyof Positions[R] ? `${E}` extends keyof Positions[R] ? Swap<S, PositionOf<R, D>, PositionOf<R, E>>
    : OutOfRange<E, R> : OutOfRange<D, R> : number[]
type Swap<S extends Shape, P extends Position, Q extends Position> = { -readonly [I in keyof S]: I extends P ? S[Q & keyof S] : I extends Q ? S[P & keyof S] : S[I] }
/** `S` with its dims in the opposite order. */
export type Reversed<S extends Shape> = S extends readonly [infer M extends number, infer N extends number] ? [N, M] : S
/** `S` with its dims in the order `P`. */
export type Permute<S extends Shape, P extends Shape> = true extends Free<P> ? number[] : true extends Free<S> ? { -readonly [I in keyof P]: number }
  : S['length'] extends infer R extends Rank
    ? P['length'] extends R
      ? Positions[R][keyof Positions[R]] extends PositionOf<R, P[number]> ? { -readonly [I in keyof P]: S[PositionOf<R, P[I]> & keyof S] } : 'permute: each dim must be named once'
      : `permute: ${P['length']} dims are named, and there are ${R}`
    : number[]
/** `S` with a new dim of size `X` at `D`. */
export type Unsqueeze<S extends Shape, D extends number, X extends number = 1> = true extends Free<S> ? number[] : number extends D ? number[]
  : [0, ...S]['length'] extends infer R extends Rank ? `${D}` extends keyof Positions[R] ? Insert<S, PositionOf<R, D>, X> : OutOfRange<D, R> : number[]
type OnesOf<S extends Shape, P extends Position> = P extends keyof S ? number extends S[P] ? 'unknown' : S[P] extends 1 ? P : never : never
type SqueezeAt<S extends Shape, P extends Position> = OnesOf<S, P> extends infer O ? 'unknown' extends O ? number[] : Drop<S, O & Position> : never
/** `S` without its dims of size 1, all or those of `D`. */
export type Squeeze<S extends Shape, D> = Unset extends D ? Squeeze<S, null> : true extends Free<S> ? number[] : D extends null ? SqueezeAt<S, keyof S & Position>
  : S['length'] extends infer R extends Rank
    ? (D extends number ? D : D extends readonly number[] ? D[number] : never) extends infer E extends number
      ? number extends E ? number[] : `${E}` extends keyof Positions[R] ? SqueezeAt<S, PositionOf<R, E>> : OutOfRange<E, R>
      : number[]
    : number[]

type MergeFrom<S extends Shape, P, Q, I extends 0[] = [], R extends number[] = []> = `${I['length']}` extends P ? MergeTo<S, Q, I, R>
  : S extends readonly [infer X extends number, ...infer T extends number[]] ? MergeFrom<T, P, Q, [...I, 0], [...R, X]> : never
type MergeTo<S extends Shape, Q, I extends 0[], R extends number[], M extends number = 1> = S extends readonly [infer X extends number, ...infer T extends number[]]
  ? `${I['length']}` extends Q ? [...R, Multiply<M, X>, ...T] : MergeTo<T, Q, [...I, 0], R, Multiply<M, X>>
  : 'flatten: startDim comes after endDim'
/** `S` with the dims from `D` to `E` merged into one. */
export type Flatten<S extends Shape, I, J> = FlattenAt<S, Or<I, 0>, Or<J, -1>>
type FlattenAt<S extends Shape, D extends number, E extends number> = true extends Free<S> ? number[] : number extends D | E ? number[]
  : S extends readonly [] ? [1]
    : S['length'] extends infer R extends Rank ? `${D}` extends keyof Positions[R] ? `${E}` extends keyof Positions[R] ? MergeFrom<S, PositionOf<R, D>, PositionOf<R, E>>
      : OutOfRange<E, R> : OutOfRange<D, R> : number[]
type SplitAt<S extends Shape, P, T extends Shape, R extends number[] = []> = S extends readonly [infer X extends number, ...infer U extends number[]]
  ? `${R['length']}` extends P ? Reshape<[X], T> extends infer N ? N extends number[] ? [...R, ...N, ...U] : N : never : SplitAt<U, P, T, [...R, X]>
  : never
/** `S` with dim `D` split into the sizes `T`. */
export type Unflatten<S extends Shape, D extends number, T extends Shape> = true extends Free<S> | Free<T> ? number[] : number extends D ? number[]
  : S['length'] extends infer R extends Rank ? `${D}` extends keyof Positions[R] ? SplitAt<S, PositionOf<R, D>, T> : OutOfRange<D, R> : number[]

// A shape that was asked for, where the -1 is not known.
type Unfilled<T extends Shape> = { -readonly [I in keyof T]: T[I] extends -1 ? number : T[I] }
type Filled<T extends Shape, X extends number> = { -readonly [I in keyof T]: T[I] extends -1 ? X : T[I] }
type Without<T extends Shape, X extends number, R extends number[] = []> = T extends readonly [infer Y extends number, ...infer U extends number[]]
  ? Same<X, Y> extends true ? [...R, ...U] : Without<U, X, [...R, Y]>
  : null
// Equal sizes cancel (and symbolic ones can only cancel); what is left on both sides is multiplied out.
type Cancel<S extends Shape, T extends Shape, R extends number[] = []> = S extends readonly [infer X extends number, ...infer U extends number[]]
  ? Without<T, X> extends infer V extends number[] ? Cancel<U, V, R> : Cancel<U, T, [...R, X]>
  : [R, T]
type Misfit<S extends Shape, T extends Shape> = 0 extends S[number] & T[number] ? Sizes<T> : `${ProductOf<S>} elements do not fit into a shape of ${ProductOf<T>}`
type Inferred<T extends Shape, M extends number, N extends number> = DivideWithRest<M, N> extends [infer Q extends number, infer R]
  ? R extends 0 ? Filled<T, Q> : number extends R ? Filled<T, number> : `${M} elements do not divide into groups of ${N}`
  : never
type Refill<S extends Shape, T extends Shape, P extends Shape, Q extends Shape> = Without<Q, -1> extends infer U
  ? U extends number[] ? -1 extends U[number] ? 'only one size can be -1' : Inferred<T, ProductOf<P>, ProductOf<U>>
    : [P, Q] extends [[], []] ? Sizes<T> : [ProductOf<P>, ProductOf<Q>] extends [infer M extends number, infer N extends number]
      ? Same<M, N> extends true ? Sizes<T> : number extends M | N ? Sizes<T> : Misfit<S, T>
      : never
  : never
/** The shape `T` for the elements of `S`; one size may be -1. */
export type Reshape<S extends Shape, T extends Shape> = true extends Free<T> ? number[] : true extends Free<S> ? Unfilled<T>
  : Cancel<S, T> extends [infer P extends number[], infer Q extends readonly number[]] ? Refill<S, T, P, Q> : never

// ── Joining ─────────────────────────────────────────────────────────────────────────────────────────────────────────

type Shaped = readonly { readonly shape: Shape }[]
type Beside<A extends Shape, B extends Shape, P> = {
  -readonly [I in keyof A]: I extends P ? Add<A[I], B[I & keyof B] & number>
    : Same<A[I], B[I & keyof B]> extends true ? A[I] : number extends A[I] ? B[I & keyof B] : number extends B[I & keyof B] ? A[I] : `sizes ${A[I]} and ${B[I & keyof B] & number} differ`
}
type SentenceIn<R> = R extends readonly (infer E)[] ? (E extends string ? E : never) : never
type CatAll<T extends Shaped, P, A extends Shape> = T extends readonly [infer H extends { readonly shape: Shape }, ...infer U extends Shaped]
  ? true extends Free<H['shape']> ? number[] : H['shape']['length'] extends A['length']
    ? Beside<A, H['shape'], P> extends infer N extends Shape ? CatAll<U, P, N> : `cat: ${SentenceIn<Beside<A, H['shape'], P>>}`
    : 'cat: numbers of dims differ'
  : A
/** The shape of tensors joined along an existing dim. */
export type Cat<T extends Shaped, D extends number> = number extends T['length'] ? Resize<Sizes<T[number]['shape']>, D, number>
  : T extends readonly [infer H extends { readonly shape: Shape }, ...infer U extends Shaped]
    ? true extends Free<H['shape']> ? number[] : number extends D ? number[]
      : H['shape']['length'] extends infer R extends Rank ? `${D}` extends keyof Positions[R] ? CatAll<U, PositionOf<R, D>, Sizes<H['shape']>> : OutOfRange<D, R> : number[]
    : 'cat: the list is empty'
type AllLike<T extends Shaped, A extends Shape> = T extends readonly [infer H extends { readonly shape: Shape }, ...infer U extends Shaped]
  ? A extends H['shape'] ? AllLike<U, A> : H['shape'] extends A ? AllLike<U, A> : false
  : true
/** The shape of tensors of one shape joined along a new dim. */
export type Stack<T extends Shaped, D extends number> = number extends T['length'] ? Unsqueeze<Sizes<T[number]['shape']>, D, number>
  : T extends readonly [infer H extends { readonly shape: Shape }, ...infer U extends Shaped]
    ? AllLike<U, H['shape']> extends true ? Unsqueeze<Sizes<H['shape']>, D, T['length']> : 'stack: shapes differ'
    : 'stack: the list is empty'

// ── Expecting ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** The shape that `expect` promises; null stands for any size. */
export type Expected<T extends readonly (number | null)[]> = { -readonly [I in keyof T]: T[I] extends number ? T[I] : number }
