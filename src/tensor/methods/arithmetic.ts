// Arithmetic of two operands, which broadcast and promote. See Note [Methods].
import type { DType } from '../../core/dtype.ts'
import type { Float, NumberOperand, Promote, Quotient } from '../dtype-types.ts'
import type { Broadcast, Broadcast3 } from '../shape-rules/broadcast.ts'
import type { Arg, Out, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The part of Tensor that computes with two operands. */
export interface ArithmeticMethods {
  /**
   * x + alpha · other. Shapes broadcast; a number takes the dtype of the tensor.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * const x = tensor([[1, 2], [3, 4]])
   * console.log(x.add(tensor([10, 20])).toArray()) // [ [ 11, 22 ], [ 13, 24 ] ]
   * ```
   */
  add<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'add'>,
    options?: OptionsOf<'add'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /** x − alpha · other. Shapes broadcast. */
  sub<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'sub'>,
    options?: OptionsOf<'sub'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /**
   * x · other, element by element. Shapes broadcast.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * console.log(tensor([1, 2, 3]).mul(2).toArray()) // [ 2, 4, 6 ]
   * ```
   */
  mul<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'mul'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /** x / other; integers give floats, unless `roundingMode` is 'trunc' or 'floor'. */
  div<
    A extends Shape,
    D extends DType,
    B extends Shape = [],
    E extends DType = NumberOperand<D>,
    M extends 'trunc' | 'floor' | null = null,
  >(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'div'>,
    options?: { roundingMode?: M | undefined },
  ): Tensor<Out<Broadcast<A, B>>, Quotient<Promote<A, D, B, E>, M>>

  /** ⌊x / other⌋. */
  floorDivide<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'floorDivide'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /** x modulo other, with the sign of other: x − other · ⌊x / other⌋. */
  remainder<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'remainder'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /** x modulo other, with the sign of x: x − other · trunc(x / other). */
  fmod<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'fmod'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /** x to the power of the exponent. */
  pow<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    exponent: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'pow'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /** The smaller of both; where equal, each gets half of the derivative. */
  minimum<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'minimum'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /** The larger of both; where equal, each gets half of the derivative. */
  maximum<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'maximum'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /** The smaller of both; NaN only where both are, and the first has all of the derivative where they are equal. */
  fmin<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'fmin'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /** The larger of both; NaN only where both are, and the first has all of the derivative where they are equal. */
  fmax<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'fmax'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /** |x| with the sign of the other. */
  copysign<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'copysign'>,
  ): Tensor<Out<Broadcast<A, B>>, Float<Promote<A, D, B, E>>>

  /** log₂(2ˣ + 2^other), without overflow. */
  logaddexp2<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'logaddexp2'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /** x · 2^other. */
  ldexp<A extends Shape, D extends DType, B extends Shape = []>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B> | number, 'ldexp'>,
  ): Tensor<Out<Broadcast<A, B>>, Float<D>>

  /** 0 where x is negative, 1 where it is positive, `values` where it is 0. */
  heaviside<A extends Shape, D extends DType, B extends Shape = []>(
    this: Tensor<A, D>,
    values: Arg<Broadcast<A, B>, Tensor<B, D> | number, 'heaviside'>,
  ): Tensor<Out<Broadcast<A, B>>, D>

  /** The angle of the point (other, x) in (−π, π]. */
  atan2<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'atan2'>,
  ): Tensor<Out<Broadcast<A, B>>, Float<Promote<A, D, B, E>>>

  /** √(x² + other²). */
  hypot<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'hypot'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /** ln(eˣ + e^other), without overflow. */
  logaddexp<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'logaddexp'>,
  ): Tensor<Out<Broadcast<A, B>>, Promote<A, D, B, E>>

  /** x · ln(other), and 0 where x is 0. */
  xlogy<A extends Shape, D extends DType, B extends Shape = [], E extends DType = NumberOperand<D>>(
    this: Tensor<A, D>,
    other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'xlogy'>,
  ): Tensor<Out<Broadcast<A, B>>, Float<Promote<A, D, B, E>>>

  /**
   * x limited to [min, max]; a bound is a number, a tensor that broadcasts, or null for none.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * console.log(tensor([-2, 0.5, 3]).clamp(0, 1).toArray()) // [ 0, 0.5, 1 ]
   * console.log(tensor([-2, 0.5, 3]).clamp({ max: 1 }).toArray()) // [ -2, 0.5, 1 ]
   * ```
   */
  clamp<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    min?: Tensor | number | null | OptionsOf<'clamp'>,
    max?: Tensor | number | null | OptionsOf<'clamp'>,
  ): Tensor<A, D>

  /** `min` where x is below it; the derivative at the bound goes to x. */
  clampMin<A extends Shape, D extends DType>(this: Tensor<A, D>, min: Tensor | number): Tensor<A, D>

  /** `max` where x is above it; the derivative at the bound goes to x. */
  clampMax<A extends Shape, D extends DType>(this: Tensor<A, D>, max: Tensor | number): Tensor<A, D>

  /** x + weight · (end − x). */
  lerp<A extends Shape, D extends DType, B extends Shape>(
    this: Tensor<A, D>,
    end: Arg<Broadcast<A, B>, Tensor<B>, 'lerp'>,
    weight: Tensor | number,
  ): Tensor<Out<Broadcast<A, B>>, D>

  /** x + value · tensor1 · tensor2. */
  addcmul<A extends Shape, D extends DType, B extends Shape = [], C extends Shape = []>(
    this: Tensor<A, D>,
    tensor1: Tensor<B> | number,
    tensor2: Arg<Broadcast3<A, B, C>, Tensor<C> | number, 'addcmul'>,
    options?: OptionsOf<'addcmul'>,
  ): Tensor<Out<Broadcast3<A, B, C>>, D>

  /** x + value · tensor1 / tensor2. */
  addcdiv<A extends Shape, D extends DType, B extends Shape = [], C extends Shape = []>(
    this: Tensor<A, D>,
    tensor1: Tensor<B> | number,
    tensor2: Arg<Broadcast3<A, B, C>, Tensor<C> | number, 'addcdiv'>,
    options?: OptionsOf<'addcdiv'>,
  ): Tensor<Out<Broadcast3<A, B, C>>, D>
}
