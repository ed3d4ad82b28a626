// Comparisons and logic of two operands: results are bool. See Note [Method classes].
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import type { NumberOperand, Promote } from '../dtype-types.ts'
import * as operations from '../operations/index.ts'
import type { Arg, Broadcast, Broadcast3, Out, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'
import { ArithmeticMethods } from './arithmetic.ts'

/** The part of Tensor that compares. */
export abstract class ComparisonMethods extends ArithmeticMethods {
  /**
   * Whether x = other.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * console.log(tensor([1, 2]).eq(2).toArray()) // [ false, true ]
   * ```
   */
  eq<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(this: Tensor<A, D>, other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'eq'>): Tensor<Out<Broadcast<A, B>>, 'bool'>
  eq(other: Operand): Value {
    return operations.eq(this, other)
  }

  /** Whether x ≠ other. */
  ne<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(this: Tensor<A, D>, other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'ne'>): Tensor<Out<Broadcast<A, B>>, 'bool'>
  ne(other: Operand): Value {
    return operations.ne(this, other)
  }

  /** Whether x < other. */
  lt<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(this: Tensor<A, D>, other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'lt'>): Tensor<Out<Broadcast<A, B>>, 'bool'>
  lt(other: Operand): Value {
    return operations.lt(this, other)
  }

  /** Whether x ≤ other. */
  le<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(this: Tensor<A, D>, other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'le'>): Tensor<Out<Broadcast<A, B>>, 'bool'>
  le(other: Operand): Value {
    return operations.le(this, other)
  }

  /** Whether x > other. */
  gt<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(this: Tensor<A, D>, other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'gt'>): Tensor<Out<Broadcast<A, B>>, 'bool'>
  gt(other: Operand): Value {
    return operations.gt(this, other)
  }

  /** Whether x ≥ other. */
  ge<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(this: Tensor<A, D>, other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'ge'>): Tensor<Out<Broadcast<A, B>>, 'bool'>
  ge(other: Operand): Value {
    return operations.ge(this, other)
  }

  /** Whether both are not 0. */
  logicalAnd<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(this: Tensor<A, D>, other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'logicalAnd'>): Tensor<Out<Broadcast<A, B>>, 'bool'>
  logicalAnd(other: Operand): Value {
    return operations.logicalAnd(this, other)
  }

  /** Whether one is not 0. */
  logicalOr<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(this: Tensor<A, D>, other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'logicalOr'>): Tensor<Out<Broadcast<A, B>>, 'bool'>
  logicalOr(other: Operand): Value {
    return operations.logicalOr(this, other)
  }

  /** Whether exactly one is not 0. */
  logicalXor<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(this: Tensor<A, D>, other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'logicalXor'>): Tensor<Out<Broadcast<A, B>>, 'bool'>
  logicalXor(other: Operand): Value {
    return operations.logicalXor(this, other)
  }

  /** Whether |x − other| ≤ atol + rtol · |other|. */
  isclose<A extends Shape, B extends Shape = []>(
    this: Tensor<A>, other: Arg<Broadcast<A, B>, Tensor<B> | number, 'isclose'>, rtol?: number | OptionsOf<'isclose'>, options?: OptionsOf<'isclose'>,
  ): Tensor<Out<Broadcast<A, B>>, 'bool'>
  isclose(other: Operand, rtol?: number | OptionsOf<'isclose'>, options?: OptionsOf<'isclose'>): Value {
    return operations.isclose(this, other, rtol, options)
  }

  /** Whether |x − other| ≤ atol + rtol · |other| holds everywhere. */
  allclose<A extends Shape, B extends Shape>(
    this: Tensor<A>, other: Arg<Broadcast<A, B>, Tensor<B>, 'allclose'>, rtol?: number | OptionsOf<'allclose'>, options?: OptionsOf<'allclose'>,
  ): boolean
  allclose(other: Value, rtol?: number | OptionsOf<'allclose'>, options?: OptionsOf<'allclose'>): boolean {
    return operations.allclose(this, other, rtol, options)
  }

  /** Whether both have the same shape and the same elements. */
  equal(other: Tensor): boolean {
    return operations.equal(this, other)
  }

  /** x where the condition holds, other elsewhere. */
  where<A extends Shape, D extends DType, C extends Shape, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>, condition: Tensor<C, 'bool'>, other: Arg<Broadcast3<A, B, C>, Tensor<B, E> | number, 'where'>,
  ): Tensor<Out<Broadcast3<A, B, C>>, Promote<A, D, B, E>>
  where(condition: Value, other: Operand): Value {
    return operations.where(condition, this, other)
  }
}
