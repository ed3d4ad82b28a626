// Dims by number: the position that one means, and shapes without it or with one more. It must not know any operation.
import type { Shape } from '../shape-types.ts'

/** By rank: the position that a dim, possibly negative, means. */
// biome-ignore format: a table
export interface Positions {
  0: { '0': '0'; '-1': '0' }
  1: { '0': '0'; '-1': '0' }
  2: { '0': '0'; '1': '1'; '-2': '0'; '-1': '1' }
  3: { '0': '0'; '1': '1'; '2': '2'; '-3': '0'; '-2': '1'; '-1': '2' }
  4: { '0': '0'; '1': '1'; '2': '2'; '3': '3'; '-4': '0'; '-3': '1'; '-2': '2'; '-1': '3' }
  5: { '0': '0'; '1': '1'; '2': '2'; '3': '3'; '4': '4'; '-5': '0'; '-4': '1'; '-3': '2'; '-2': '3'; '-1': '4' }
  6: { '0': '0'; '1': '1'; '2': '2'; '3': '3'; '4': '4'; '5': '5'; '-6': '0'; '-5': '1'; '-4': '2'; '-3': '3'; '-2': '4'; '-1': '5' }
}
/** Numbers of dims that the rules know; above them nothing is known. */
export type Rank = keyof Positions
/** A position, as tuples name their elements. */
export type Position = '0' | '1' | '2' | '3' | '4' | '5'
/** The positions of a union of dims. */
export type PositionOf<R extends Rank, D extends number> = Positions[R][`${D}` & keyof Positions[R]] & Position
/** The sentence for a dim that does not exist. */
export type OutOfRange<D extends number, R extends Rank> = `dim ${D} is out of range: there are ${R} dims`

/** `S` without the positions `P`. */
export type Drop<S extends Shape, P extends Position, I extends 0[] = [], R extends number[] = []> = S extends readonly [
  infer X extends number,
  ...infer T extends number[],
]
  ? `${I['length']}` extends P
    ? Drop<T, P, [...I, 0], R>
    : Drop<T, P, [...I, 0], [...R, X]>
  : R
/** `S` with `X` inserted at position `P`. */
export type Insert<S extends Shape, P extends Position, X extends number, R extends number[] = []> = `${R['length']}` extends P
  ? [...R, X, ...S]
  : S extends readonly [infer Y extends number, ...infer T extends number[]]
    ? Insert<T, P, X, [...R, Y]>
    : never
