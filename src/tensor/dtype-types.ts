// What the compiler knows of dtypes: PyTorch's promotion as tables. `any` in, `any` out.
import type { DType } from '../core/dtype.ts'
import type { Shape } from './shape-types.ts'

type Row<F32 extends DType, F64 extends DType, I32 extends DType, U8 extends DType, B extends DType> = {
  float32: F32
  float64: F64
  int32: I32
  uint8: U8
  bool: B
}
interface Promotion {
  float32: Row<'float32', 'float64', 'float32', 'float32', 'float32'>
  float64: Row<'float64', 'float64', 'float64', 'float64', 'float64'>
  int32: Row<'float32', 'float64', 'int32', 'int32', 'int32'>
  uint8: Row<'float32', 'float64', 'int32', 'uint8', 'uint8'>
  bool: Row<'float32', 'float64', 'int32', 'uint8', 'bool'>
}
// Weak[D][E]: D promoted by a 0-d tensor of E, which counts only where its category (bool < integer < float) is higher.
interface Weak {
  float32: Row<'float32', 'float32', 'float32', 'float32', 'float32'>
  float64: Row<'float64', 'float64', 'float64', 'float64', 'float64'>
  int32: Row<'float32', 'float64', 'int32', 'int32', 'int32'>
  uint8: Row<'float32', 'float64', 'uint8', 'uint8', 'uint8'>
  bool: Row<'float32', 'float64', 'int32', 'uint8', 'bool'>
}

/** The dtype of an elementwise operation on tensors of shapes `A` and `B`, dtypes `D` and `E`. */
export type Promote<A extends Shape, D extends DType, B extends Shape, E extends DType> = [D, E] extends [E, D]
  ? D & E
  : A extends readonly []
    ? B extends readonly []
      ? Promotion[D][E]
      : Weak[E][D]
    : B extends readonly []
      ? Weak[D][E]
      : Promotion[D][E]
/** The dtype that a number takes beside a tensor of `D`. */
export type NumberOperand<D extends DType> = Row<'float32', 'float64', 'int32', 'uint8', 'int32'>[D]
/** The dtype of a function of two operands, where `never` is a number's. */
export type Combine<A extends Shape, D extends DType, B extends Shape, E extends DType> = [D] extends [never]
  ? [E] extends [never]
    ? 'float32'
    : NumberOperand<E>
  : [E] extends [never]
    ? NumberOperand<D>
    : Promote<A, D, B, E>
/** The dtype of a function that has no integer results, such as exp. */
export type Float<D extends DType> = Row<'float32', 'float64', 'float32', 'float32', 'float32'>[D]
/** The dtype of a division; with a rounding mode integers stay integers. */
export type Quotient<D extends DType, M> = M extends null ? Float<D> : D
/** The dtype of a sum. */
export type Total<D extends DType> = Row<'float32', 'float64', 'int32', 'int32', 'int32'>[D]
/** The JavaScript value of one element. */
export type Element<D extends DType> = [DType] extends [D] ? number : D extends 'bool' ? boolean : number
/** The typed array that holds elements; bool is stored as 0 and 1. */
export type ElementArrayOf<D extends DType> = {
  float32: Float32Array
  float64: Float64Array
  int32: Int32Array
  uint8: Uint8Array
  bool: Uint8Array
}[D]
/** Nested arrays of elements. */
export type Nested<S extends Shape, D extends DType> = 0 extends 1 & S
  ? any
  : number extends S['length']
    ? any
    : S extends readonly [any, ...infer T extends readonly number[]]
      ? Nested<T, D>[]
      : Element<D>
