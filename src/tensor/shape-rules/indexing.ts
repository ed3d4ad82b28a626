// What the compiler knows of indexing: the shape of `x.at(…)` for a list of indices. It must not know Tensor's methods.
import type { DType } from '../../core/dtype.ts'
import type { DivideWithRest, Subtract } from '../integer-types.ts'
import type { Slice } from '../operations/slice.ts'
import type { Shape } from '../shape-types.ts'

interface Shaped {
  readonly shape: Shape
  readonly dtype: DType
}

// Length of a slice: known for whole dims, and for bounds that are literal, not negative, and taken one by one or from 0.
type Last<X extends number, B> = B extends null
  ? X
  : B extends number
    ? `${B}` extends `-${string}`
      ? number
      : Subtract<X, B> extends null
        ? X
        : number extends X | B
          ? number
          : B
    : number
type First<A> = A extends null ? 0 : A extends number ? (`${A}` extends `-${string}` ? number : A) : number
type Length<A extends number, B extends number> = A extends 0 ? B : Subtract<B, A> extends infer N ? (N extends number ? N : 0) : never
type Steps<N extends number, C> = C extends null | 1
  ? N
  : C extends number
    ? `${C}` extends `-${string}`
      ? number
      : DivideWithRest<N, C> extends [infer Q extends number, infer R]
        ? R extends 0
          ? Q
          : number
        : number
    : number
type Sliced<X extends number, L> =
  L extends Slice<infer A, infer B, infer C> ? ([A, B, C] extends [null, null, null] ? X : Steps<Length<First<A>, Last<X, B>>, C>) : number

// What an array or tensor of positions puts in place of the dims it consumes: [shape, dims consumed as a tuple].
type Positions<H> = H extends Shaped
  ? number extends H['shape']['length']
    ? null
    : H['dtype'] extends 'bool'
      ? 0 extends 1 & H['dtype']
        ? null
        : [[number], H['shape']]
      : [H['shape'], [1]]
  : H extends readonly number[]
    ? [[H['length']], [1]]
    : H extends readonly boolean[]
      ? [[number], [1]]
      : null
type SkipDims<S extends Shape, C extends readonly unknown[]> = C extends readonly [any, ...infer C1]
  ? S extends readonly [any, ...infer T extends readonly number[]]
    ? SkipDims<T, C1>
    : null
  : S

type Front<S extends Shape, I extends readonly unknown[], Gathered, R extends readonly number[] = []> = I extends readonly [
  infer H,
  ...infer J,
]
  ? H extends null
    ? Front<S, J, Gathered, [...R, 1]>
    : H extends '...'
      ? Back<S, J, Gathered, R>
      : S extends readonly [infer X extends number, ...infer T extends number[]]
        ? H extends number
          ? Front<T, J, Gathered, R>
          : H extends Slice
            ? Front<T, J, Gathered, [...R, Sliced<X, H>]>
            : Gathered extends true
              ? number[] // two lists of positions broadcast, and may move to the front
              : Positions<H> extends [infer P extends readonly number[], infer C extends readonly unknown[]]
                ? SkipDims<S, C> extends infer U extends readonly number[]
                  ? Front<U, J, true, [...R, ...P]>
                  : TooMany
                : number[]
        : TooMany
  : [...R, ...S]
type Back<
  S extends Shape,
  I extends readonly unknown[],
  Gathered,
  R extends readonly number[],
  E extends readonly number[] = [],
> = I extends readonly [...infer J, infer H]
  ? H extends null
    ? Back<S, J, Gathered, R, [1, ...E]>
    : S extends readonly [...infer T extends number[], infer X extends number]
      ? H extends number
        ? Back<T, J, Gathered, R, E>
        : H extends Slice
          ? Back<T, J, Gathered, R, [Sliced<X, H>, ...E]>
          : Gathered extends true
            ? number[]
            : Positions<H> extends [infer P extends readonly number[], [1]]
              ? Back<T, J, true, R, [...P, ...E]>
              : number[]
      : TooMany
  : [...R, ...S, ...E]
type TooMany = 'at: more indices than dims'

/** The shape of `x.at(...I)` for an x of shape `S`. */
export type Indexed<S extends Shape, I extends readonly unknown[]> = 0 extends 1 & S
  ? number[]
  : number extends S['length'] | I['length']
    ? number[]
    : Front<S, I, false>
