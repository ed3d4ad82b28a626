// Shapes after reducing, keeping or resizing dims. See Note [Shapes in types].
import type { Free, Shape, Unset } from '../shape-types.ts'
import type { Drop, OutOfRange, Position, PositionOf, Positions, Rank } from './dims.ts'

type Collapse<S extends Shape, P extends Position, Keep> = Keep extends true
  ? { -readonly [I in keyof S]: I extends P ? 1 : S[I] }
  : Drop<S, P>
type ReduceAt<S extends Shape, D extends number, Keep> = number extends D
  ? number[]
  : S['length'] extends infer R extends Rank
    ? `${D}` extends keyof Positions[R]
      ? Collapse<S, PositionOf<R, D>, Keep>
      : OutOfRange<D, R>
    : number[]
/** `S` without the reduced dims, or with size 1 there. */
export type Reduce<S extends Shape, D, Keep> = Unset extends D
  ? Reduce<S, null, Keep>
  : true extends Free<S>
    ? D extends null
      ? Keep extends true
        ? number[]
        : []
      : number[]
    : D extends null
      ? Keep extends true
        ? { -readonly [I in keyof S]: 1 }
        : []
      : D extends number
        ? ReduceAt<S, D, Keep>
        : D extends readonly []
          ? Reduce<S, null, Keep>
          : D extends readonly number[]
            ? ReduceAt<S, D[number], Keep>
            : number[]
/** `S`, where `D` is one of its dims. */
export type Along<S extends Shape, D extends number> =
  true extends Free<S>
    ? number[]
    : number extends D
      ? S
      : S['length'] extends infer R extends Rank
        ? `${D}` extends keyof Positions[R]
          ? S
          : OutOfRange<D, R>
        : S
/** `S` with size `X` at dim `D`. */
export type Resize<S extends Shape, D extends number, X extends number> =
  true extends Free<S>
    ? number[]
    : number extends D
      ? { -readonly [I in keyof S]: number }
      : S['length'] extends infer R extends Rank
        ? `${D}` extends keyof Positions[R]
          ? { -readonly [I in keyof S]: I extends PositionOf<R, D> ? X : S[I] }
          : OutOfRange<D, R>
        : number[]
