// What shapes are as types, and how methods read what a rule says about them. The rules, from the shapes of the inputs to the shape of
// the result, are in shape-rules/. Nothing here knows Tensor or its methods.
//
// Note [Shapes in types]
// - A shape is a tuple of sizes. A size known only at run time is `number`, an unknown rank `any` or `number[]`; both fit everything.
// - A rule gives a tuple, `number[]` (nothing known) or a string (the error). Methods read it through `Arg` (a parameter
//   that becomes the sentence, which TypeScript then prints) and `Out` (the result's shape).
// - A size may be a type parameter (`B extends number`). `Same` decides B = B at once; conditional types on B itself stay open.
// - Shape and dtype stand in fields of Tensor only; methods take them from `this`. So Tensor stays covariant, and cheap.

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
/** Whether two types are the same; true at once for B and B of a type parameter B. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Whether nothing is known of a shape: any or number[]. */
export type Free<A extends Shape> = 0 extends 1 & A ? true : number extends A['length'] ? true : false

/** The parameter type `T`, or the sentence that a rule `R` answered with, which the editor then shows. */
export type Arg<R, T, Name extends string = ''> = R extends string ? (Name extends '' ? R : `${Name}: ${R}`) : T
/** The shape that a rule answered with; unknown where it knows nothing. Never `R extends Shape`: that stays open for [B, 10]. */
export type Out<R> = R extends readonly [] | readonly [any, ...any[]] ? R : any

/** The shape that `expect` promises; null stands for any size. */
export type Expected<T extends readonly (number | null)[]> = { -readonly [I in keyof T]: T[I] extends number ? T[I] : number }
