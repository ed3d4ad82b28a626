// Shapes of tensors that are joined. See Note [Shapes in types].
import type { Add } from '../integer-types.ts'
import type { Free, Same, Shape, Sizes } from '../shape-types.ts'
import type { OutOfRange, PositionOf, Positions, Rank } from './dims.ts'
import type { Unsqueeze } from './movement.ts'
import type { Resize } from './reductions.ts'

type Shaped = readonly { readonly shape: Shape }[]
type Beside<A extends Shape, B extends Shape, P> = {
  -readonly [I in keyof A]: I extends P
    ? Add<A[I], B[I & keyof B] & number>
    : Same<A[I], B[I & keyof B]> extends true
      ? A[I]
      : number extends A[I]
        ? B[I & keyof B]
        : number extends B[I & keyof B]
          ? A[I]
          : `sizes ${A[I]} and ${B[I & keyof B] & number} differ`
}
type SentenceIn<R> = R extends readonly (infer E)[] ? (E extends string ? E : never) : never
type CatAll<T extends Shaped, P, A extends Shape> = T extends readonly [
  infer H extends { readonly shape: Shape },
  ...infer U extends Shaped,
]
  ? true extends Free<H['shape']>
    ? number[]
    : H['shape']['length'] extends A['length']
      ? Beside<A, H['shape'], P> extends infer N extends Shape
        ? CatAll<U, P, N>
        : `cat: ${SentenceIn<Beside<A, H['shape'], P>>}`
      : 'cat: numbers of dims differ'
  : A
/** The shape of tensors joined along an existing dim. */
export type Cat<T extends Shaped, D extends number> = number extends T['length']
  ? Resize<Sizes<T[number]['shape']>, D, number>
  : T extends readonly [infer H extends { readonly shape: Shape }, ...infer U extends Shaped]
    ? true extends Free<H['shape']>
      ? number[]
      : number extends D
        ? number[]
        : H['shape']['length'] extends infer R extends Rank
          ? `${D}` extends keyof Positions[R]
            ? CatAll<U, PositionOf<R, D>, Sizes<H['shape']>>
            : OutOfRange<D, R>
          : number[]
    : 'cat: the list is empty'
type AllLike<T extends Shaped, A extends Shape> = T extends readonly [infer H extends { readonly shape: Shape }, ...infer U extends Shaped]
  ? A extends H['shape']
    ? AllLike<U, A>
    : H['shape'] extends A
      ? AllLike<U, A>
      : false
  : true
/** The shape of tensors of one shape joined along a new dim. */
export type Stack<T extends Shaped, D extends number> = number extends T['length']
  ? Unsqueeze<Sizes<T[number]['shape']>, D, number>
  : T extends readonly [infer H extends { readonly shape: Shape }, ...infer U extends Shaped]
    ? AllLike<U, H['shape']> extends true
      ? Unsqueeze<Sizes<H['shape']>, D, T['length']>
      : 'stack: shapes differ'
    : 'stack: the list is empty'
