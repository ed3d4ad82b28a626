// Elementwise operations as functions: `exp(x)`, and with a number on either side `sub(1, x)`.
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import type { Combine, Float, Quotient } from '../dtype-types.ts'
import * as operations from '../operations/index.ts'
import type { Broadcast, Broadcast3 } from '../shape-rules/broadcast.ts'
import type { Arg, Out, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** A function of one tensor that keeps its dtype. */
export type Keeping = <A extends Shape, D extends DType>(input: Tensor<A, D>) => Tensor<A, D>
/** A function of one tensor whose result is float. */
export type Floating = <A extends Shape, D extends DType>(input: Tensor<A, D>) => Tensor<A, Float<D>>
/** A question to each element. */
export type Testing = <A extends Shape>(input: Tensor<A>) => Tensor<A, 'bool'>
/** A function of two operands, of which one may be a number. */
export type Binary<Name extends string> = <A extends Shape = [], D extends DType = never, B extends Shape = [], E extends DType = never>(
  input: Tensor<A, D> | number,
  other: Arg<Broadcast<A, B>, Tensor<B, E> | number, Name>,
) => Tensor<Out<Broadcast<A, B>>, Combine<A, D, B, E>>
/** A comparison of two operands, of which one may be a number. */
export type Comparison<Name extends string> = <A extends Shape = [], B extends Shape = []>(
  input: Tensor<A> | number,
  other: Arg<Broadcast<A, B>, Tensor<B> | number, Name>,
) => Tensor<Out<Broadcast<A, B>>, 'bool'>

// What operations make are tensors, whose types are stated here; TypeScript sees no overlap between the two kinds of function, hence `never`.
/** −x. */
export const neg: Keeping = operations.neg as never
/** |x|. */
export const abs: Keeping = operations.abs as never
/** −1, 0 or 1. */
export const sign: Keeping = operations.sign as never
/** x². */
export const square: Keeping = operations.square as never
/** The larger of x and 0; its derivative at 0 is 0. */
export const relu: Keeping = operations.relu as never
/** The largest integer not above x. */
export const floor: Keeping = operations.floor as never
/** The smallest integer not below x. */
export const ceil: Keeping = operations.ceil as never
/** x without its fraction. */
export const trunc: Keeping = operations.trunc as never
/** The fraction of x, with its sign: x − trunc(x). */
export const frac: Keeping = operations.frac as never
/** 1 / x. */
export const reciprocal: Floating = operations.reciprocal as never
/** √x. */
export const sqrt: Floating = operations.sqrt as never
/** 1 / √x. */
export const rsqrt: Floating = operations.rsqrt as never
/** eˣ. */
export const exp: Floating = operations.exp as never
/** eˣ − 1, accurate near 0. */
export const expm1: Floating = operations.expm1 as never
/** 2ˣ. */
export const exp2: Floating = operations.exp2 as never
/** The natural logarithm. */
export const log: Floating = operations.log as never
/** ln(1 + x), accurate near 0. */
export const log1p: Floating = operations.log1p as never
/** The logarithm to base 2. */
export const log2: Floating = operations.log2 as never
/** The logarithm to base 10. */
export const log10: Floating = operations.log10 as never
/** The sine of an angle in radians. */
export const sin: Floating = operations.sin as never
/** The cosine of an angle in radians. */
export const cos: Floating = operations.cos as never
/** The tangent of an angle in radians. */
export const tan: Floating = operations.tan as never
/** The angle whose sine is x, in [−π/2, π/2]. */
export const asin: Floating = operations.asin as never
/** The angle whose cosine is x, in [0, π]. */
export const acos: Floating = operations.acos as never
/** The angle whose tangent is x, in (−π/2, π/2). */
export const atan: Floating = operations.atan as never
/** (eˣ − e⁻ˣ) / 2. */
export const sinh: Floating = operations.sinh as never
/** (eˣ + e⁻ˣ) / 2. */
export const cosh: Floating = operations.cosh as never
/** (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). */
export const tanh: Floating = operations.tanh as never
/** The inverse of sinh. */
export const asinh: Floating = operations.asinh as never
/** The inverse of cosh, for x ≥ 1. */
export const acosh: Floating = operations.acosh as never
/** The inverse of tanh, for |x| < 1. */
export const atanh: Floating = operations.atanh as never
/** The error function, 2/√π · ∫₀ˣ e^(−t²) dt. */
export const erf: Floating = operations.erf as never
/** 1 − erf(x), accurate for large x. */
export const erfc: Floating = operations.erfc as never
/** 1 / (1 + e⁻ˣ). */
export const sigmoid: Floating = operations.sigmoid as never
/** Whether an element is not a number. */
export const isnan: Testing = operations.isnan as never
/** Whether an element is infinite. */
export const isinf: Testing = operations.isinf as never
/** Whether an element is neither infinite nor not a number. */
export const isfinite: Testing = operations.isfinite as never
/** Whether an element is 0. */
export const logicalNot: Testing = operations.logicalNot as never
/** x · other, element by element. Shapes broadcast. */
export const mul: Binary<'mul'> = operations.mul as never
/** ⌊x / other⌋. */
export const floorDivide: Binary<'floorDivide'> = operations.floorDivide as never
/** x modulo other, with the sign of other: x − other · ⌊x / other⌋. */
export const remainder: Binary<'remainder'> = operations.remainder as never
/** x modulo other, with the sign of x: x − other · trunc(x / other). */
export const fmod: Binary<'fmod'> = operations.fmod as never
/** x to the power of the exponent. */
export const pow: Binary<'pow'> = operations.pow as never
/** The smaller of both; where equal, each gets half of the derivative. */
export const minimum: Binary<'minimum'> = operations.minimum as never
/** The larger of both; where equal, each gets half of the derivative. */
export const maximum: Binary<'maximum'> = operations.maximum as never
/** √(x² + other²). */
export const hypot: Binary<'hypot'> = operations.hypot as never
/** ln(eˣ + e^other), without overflow. */
export const logaddexp: Binary<'logaddexp'> = operations.logaddexp as never
/** Whether x = other. */
export const eq: Comparison<'eq'> = operations.eq as never
/** Whether x ≠ other. */
export const ne: Comparison<'ne'> = operations.ne as never
/** Whether x < other. */
export const lt: Comparison<'lt'> = operations.lt as never
/** Whether x ≤ other. */
export const le: Comparison<'le'> = operations.le as never
/** Whether x > other. */
export const gt: Comparison<'gt'> = operations.gt as never
/** Whether x ≥ other. */
export const ge: Comparison<'ge'> = operations.ge as never
/** Whether both are not 0. */
export const logicalAnd: Comparison<'logicalAnd'> = operations.logicalAnd as never
/** Whether one is not 0. */
export const logicalOr: Comparison<'logicalOr'> = operations.logicalOr as never
/** Whether exactly one is not 0. */
export const logicalXor: Comparison<'logicalXor'> = operations.logicalXor as never

/** x + alpha · other. Shapes broadcast; a number takes the dtype of the tensor. */
export function add<A extends Shape = [], D extends DType = never, B extends Shape = [], E extends DType = never>(
  input: Tensor<A, D> | number,
  other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'add'>,
  options?: OptionsOf<'add'>,
): Tensor<Out<Broadcast<A, B>>, Combine<A, D, B, E>>
export function add(input: Operand, other: Operand, options?: OptionsOf<'add'>): Value {
  return operations.add(input, other, options)
}

/** x − alpha · other. Shapes broadcast. */
export function sub<A extends Shape = [], D extends DType = never, B extends Shape = [], E extends DType = never>(
  input: Tensor<A, D> | number,
  other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'sub'>,
  options?: OptionsOf<'sub'>,
): Tensor<Out<Broadcast<A, B>>, Combine<A, D, B, E>>
export function sub(input: Operand, other: Operand, options?: OptionsOf<'sub'>): Value {
  return operations.sub(input, other, options)
}

/** x / other; integers give floats, unless `roundingMode` is 'trunc' or 'floor'. */
export function div<
  A extends Shape = [],
  D extends DType = never,
  B extends Shape = [],
  E extends DType = never,
  M extends 'trunc' | 'floor' | null = null,
>(
  input: Tensor<A, D> | number,
  other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'div'>,
  options?: { roundingMode?: M | undefined },
): Tensor<Out<Broadcast<A, B>>, Quotient<Combine<A, D, B, E>, M>>
export function div(input: Operand, other: Operand, options?: OptionsOf<'div'>): Value {
  return operations.div(input, other, options)
}

/** The angle of the point (other, x) in (−π, π]. */
export function atan2<A extends Shape = [], D extends DType = never, B extends Shape = [], E extends DType = never>(
  input: Tensor<A, D> | number,
  other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'atan2'>,
): Tensor<Out<Broadcast<A, B>>, Float<Combine<A, D, B, E>>>
export function atan2(input: Operand, other: Operand): Value {
  return operations.atan2(input, other)
}

/** x · ln(other), and 0 where x is 0. */
export function xlogy<A extends Shape = [], D extends DType = never, B extends Shape = [], E extends DType = never>(
  input: Tensor<A, D> | number,
  other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'xlogy'>,
): Tensor<Out<Broadcast<A, B>>, Float<Combine<A, D, B, E>>>
export function xlogy(input: Operand, other: Operand): Value {
  return operations.xlogy(input, other)
}

/**
 * `input` where the condition holds, `other` elsewhere; all three broadcast.
 *
 * @example
 * ```ts
 * import { tensor, where } from 'wengert'
 * const x = tensor([-1, 2])
 * console.log(where(x.gt(0), x, 0).toArray()) // [ 0, 2 ]
 * ```
 */
export function where<C extends Shape, A extends Shape = [], D extends DType = never, B extends Shape = [], E extends DType = never>(
  condition: Tensor<C, 'bool'>,
  input: Tensor<A, D> | number,
  other: Arg<Broadcast3<A, B, C>, Tensor<B, E> | number, 'where'>,
): Tensor<Out<Broadcast3<A, B, C>>, Combine<A, D, B, E>>
export function where(condition: Value, input: Operand, other: Operand): Value {
  return operations.where(condition, input, other)
}

/** x to the nearest integer, halves to the even one, or to the nearest multiple of 10^−decimals. */
export function round<A extends Shape, D extends DType>(input: Tensor<A, D>, options?: OptionsOf<'round'>): Tensor<A, D>
export function round(input: Value, options?: OptionsOf<'round'>): Value {
  return operations.round(input, options)
}

/** NaN replaced by `nan` and the infinities by `posinf` and `neginf` (the dtype's largest numbers). */
export function nanToNum<A extends Shape, D extends DType>(
  input: Tensor<A, D>,
  nan?: number | OptionsOf<'nanToNum'>,
  options?: OptionsOf<'nanToNum'>,
): Tensor<A, D>
export function nanToNum(input: Value, nan?: number | OptionsOf<'nanToNum'>, options?: OptionsOf<'nanToNum'>): Value {
  return operations.nanToNum(input, nan, options)
}

/** x limited to [min, max]; a bound is a number, a tensor that broadcasts, or null for none. */
export function clamp<A extends Shape, D extends DType>(
  input: Tensor<A, D>,
  min?: Operand | null | OptionsOf<'clamp'>,
  max?: Operand | null | OptionsOf<'clamp'>,
): Tensor<A, D>
export function clamp(input: Value, min?: Operand | null | OptionsOf<'clamp'>, max?: Operand | null | OptionsOf<'clamp'>): Value {
  return operations.clamp(input, min, max)
}

/** x + weight · (end − x). */
export function lerp<A extends Shape, D extends DType, B extends Shape>(
  input: Tensor<A, D>,
  end: Arg<Broadcast<A, B>, Tensor<B>, 'lerp'>,
  weight: Operand,
): Tensor<Out<Broadcast<A, B>>, D>
export function lerp(input: Value, end: Value, weight: Operand): Value {
  return operations.lerp(input, end, weight)
}

/** x + value · tensor1 · tensor2. */
export function addcmul<A extends Shape, D extends DType, B extends Shape = [], C extends Shape = []>(
  input: Tensor<A, D>,
  tensor1: Tensor<B> | number,
  tensor2: Arg<Broadcast3<A, B, C>, Tensor<C> | number, 'addcmul'>,
  options?: OptionsOf<'addcmul'>,
): Tensor<Out<Broadcast3<A, B, C>>, D>
export function addcmul(input: Value, tensor1: Operand, tensor2: Operand, options?: OptionsOf<'addcmul'>): Value {
  return operations.addcmul(input, tensor1, tensor2, options)
}

/** x + value · tensor1 / tensor2. */
export function addcdiv<A extends Shape, D extends DType, B extends Shape = [], C extends Shape = []>(
  input: Tensor<A, D>,
  tensor1: Tensor<B> | number,
  tensor2: Arg<Broadcast3<A, B, C>, Tensor<C> | number, 'addcdiv'>,
  options?: OptionsOf<'addcdiv'>,
): Tensor<Out<Broadcast3<A, B, C>>, D>
export function addcdiv(input: Value, tensor1: Operand, tensor2: Operand, options?: OptionsOf<'addcdiv'>): Value {
  return operations.addcdiv(input, tensor1, tensor2, options)
}

/** Whether |x − other| ≤ atol + rtol · |other|. */
export function isclose<A extends Shape, B extends Shape = []>(
  input: Tensor<A>,
  other: Arg<Broadcast<A, B>, Tensor<B> | number, 'isclose'>,
  rtol?: number | OptionsOf<'isclose'>,
  options?: OptionsOf<'isclose'>,
): Tensor<Out<Broadcast<A, B>>, 'bool'>
export function isclose(input: Value, other: Operand, rtol?: number | OptionsOf<'isclose'>, options?: OptionsOf<'isclose'>): Value {
  return operations.isclose(input, other, rtol, options)
}

/** Whether |x − other| ≤ atol + rtol · |other| holds everywhere. */
export function allclose<A extends Shape, B extends Shape>(
  input: Tensor<A>,
  other: Arg<Broadcast<A, B>, Tensor<B>, 'allclose'>,
  rtol?: number | OptionsOf<'allclose'>,
  options?: OptionsOf<'allclose'>,
): boolean
export function allclose(input: Value, other: Value, rtol?: number | OptionsOf<'allclose'>, options?: OptionsOf<'allclose'>): boolean {
  return operations.allclose(input, other, rtol, options)
}

/** Whether both have the same shape and the same elements. */
export const equal = (input: Tensor, other: Tensor): boolean => operations.equal(input, other)
