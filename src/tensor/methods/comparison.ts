// Comparisons and logic of two operands: results are bool. See Note [Methods].
import type { DType } from '../../core/dtype.ts'
import type { NumberOperand, Promote } from '../dtype-types.ts'
import type { Broadcast, Broadcast3 } from '../shape-rules/broadcast.ts'
import type { Arg, Out, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The part of Tensor that compares. */
export interface ComparisonMethods {
  /**
   * Whether x = other.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * console.log(tensor([1, 2]).eq(2).toArray()) // [ false, true ]
   * ```
   */
  eq<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'eq'>,
  ): Tensor<Out<Broadcast<A, B>>, 'bool'>

  /** Whether x ≠ other. */
  ne<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'ne'>,
  ): Tensor<Out<Broadcast<A, B>>, 'bool'>

  /** Whether x < other. */
  lt<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'lt'>,
  ): Tensor<Out<Broadcast<A, B>>, 'bool'>

  /** Whether x ≤ other. */
  le<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'le'>,
  ): Tensor<Out<Broadcast<A, B>>, 'bool'>

  /** Whether x > other. */
  gt<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'gt'>,
  ): Tensor<Out<Broadcast<A, B>>, 'bool'>

  /** Whether x ≥ other. */
  ge<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'ge'>,
  ): Tensor<Out<Broadcast<A, B>>, 'bool'>

  /** Whether both are not 0. */
  logicalAnd<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'logicalAnd'>,
  ): Tensor<Out<Broadcast<A, B>>, 'bool'>

  /** Whether one is not 0. */
  logicalOr<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'logicalOr'>,
  ): Tensor<Out<Broadcast<A, B>>, 'bool'>

  /** Whether exactly one is not 0. */
  logicalXor<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'logicalXor'>,
  ): Tensor<Out<Broadcast<A, B>>, 'bool'>

  /** Whether |x − other| ≤ atol + rtol · |other|. */
  isclose<A extends Shape, B extends Shape = []>(
    this: Tensor<A>,
    other: Arg<Broadcast<A, B>, Tensor<B> | number, 'isclose'>,
    rtol?: number | OptionsOf<'isclose'>,
    options?: OptionsOf<'isclose'>,
  ): Tensor<Out<Broadcast<A, B>>, 'bool'>

  /** Whether |x − other| ≤ atol + rtol · |other| holds everywhere. */
  allclose<A extends Shape, B extends Shape>(
    this: Tensor<A>,
    other: Arg<Broadcast<A, B>, Tensor<B>, 'allclose'>,
    rtol?: number | OptionsOf<'allclose'>,
    options?: OptionsOf<'allclose'>,
  ): boolean

  /** Whether both have the same shape and the same elements. */
  equal(other: Tensor): boolean

  /** x where the condition holds, other elsewhere. */
  where<A extends Shape, D extends DType, C extends Shape, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    condition: Tensor<C, 'bool'>,
    other: Arg<Broadcast3<A, B, C>, Tensor<B, E> | number, 'where'>,
  ): Tensor<Out<Broadcast3<A, B, C>>, Promote<A, D, B, E>>
}
