// What the compiler knows of data that becomes tensors: shape and dtype of nested arrays and typed arrays.
import type { DType } from '../core/dtype.ts'
import type { Value } from '../core/value.ts'

type Scalar = number | boolean | Value
type Bytes = Uint8Array | Uint8ClampedArray
type Elements = Float32Array | Float64Array | Int32Array | Bytes
type Row = readonly (Scalar | Elements)[]
/** What `tensor` takes: numbers, booleans, typed arrays, 0-d tensors, and arrays of these. (Written out, as a recursive type would be expanded without end.) */
export type TensorData =
  | Scalar
  | Elements
  | Row
  | readonly Row[]
  | readonly (readonly Row[])[]
  | readonly (readonly (readonly Row[])[])[]
  | readonly unknown[]

// Whether T is a union, such as the lengths of rows that differ.
type Differs<T, U = T> = T extends T ? ([U] extends [T] ? false : true) : never
// Level by level: T[number] is the union of all rows, so its length says whether they agree.
type ShapeOf<T, R extends number[] = []> = [T] extends [readonly unknown[]]
  ? Differs<T['length']> extends true
    ? 'rows have different lengths'
    : R['length'] extends 8
      ? number[]
      : T['length'] extends 0
        ? [...R, 0]
        : ShapeOf<T[number], [...R, T['length']]>
  : [T] extends [Elements]
    ? [...R, number]
    : [T] extends [number | boolean]
      ? R
      : [T] extends [{ readonly shape: readonly [] }]
        ? R
        : [T] extends [{ readonly shape: readonly number[] }]
          ? R extends []
            ? T['shape']
            : number[]
          : number[]

/** The shape of nested arrays; the sentence where rows differ. */
export type DataShape<T> = 0 extends 1 & T ? number[] : ShapeOf<T>
type Leaf<T> = T extends readonly (infer U)[]
  ? U extends readonly (infer V)[]
    ? V extends readonly (infer W)[]
      ? W extends readonly (infer X)[]
        ? X extends readonly unknown[]
          ? DType
          : X
        : W
      : V
    : U
  : T
type TypeOf<L> = [L] extends [boolean]
  ? 'bool'
  : [L] extends [number | boolean]
    ? 'float32'
    : [L] extends [Float32Array]
      ? 'float32'
      : [L] extends [Float64Array]
        ? 'float64'
        : [L] extends [Int32Array]
          ? 'int32'
          : [L] extends [Bytes]
            ? 'uint8'
            : [L] extends [{ readonly dtype: infer D extends DType }]
              ? D
              : any
/** The dtype of data: float32 for numbers, bool for booleans, a typed array's or tensor's own. */
export type DataType<T> = 0 extends 1 & T ? any : [T] extends [readonly []] ? 'float32' : TypeOf<Leaf<T>>
