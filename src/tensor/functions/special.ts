// Special functions and rarer elementwise operations as functions.
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import type { Combine, Float } from '../dtype-types.ts'
import * as operations from '../operations/index.ts'
import type { Broadcast } from '../shape-rules/broadcast.ts'
import type { Arg, Out, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'
import type { Binary, Floating, Keeping, Testing } from './elementwise.ts'

// The casts are explained in elementwise.ts.
/** The inverse of erf, on (−1, 1). */
export const erfinv: Floating = operations.erfinv as never
/** ln |Γ(x)|. */
export const lgamma: Floating = operations.lgamma as never
/** (ln Γ(x))′. */
export const digamma: Floating = operations.digamma as never
/** sin(πx) / (πx), and 1 at 0. */
export const sinc: Floating = operations.sinc as never
/** Degrees as radians. */
export const deg2rad: Floating = operations.deg2rad as never
/** Radians as degrees. */
export const rad2deg: Floating = operations.rad2deg as never
/** Whether an element is +∞. */
export const isposinf: Testing = operations.isposinf as never
/** Whether an element is −∞. */
export const isneginf: Testing = operations.isneginf as never
/** Whether the sign bit is set: of negative numbers and −0. */
export const signbit: Testing = operations.signbit as never
/** The smaller of both; NaN only where both are, and the first has all of the derivative where they are equal. */
export const fmin: Binary<'fmin'> = operations.fmin as never
/** The larger of both; NaN only where both are, and the first has all of the derivative where they are equal. */
export const fmax: Binary<'fmax'> = operations.fmax as never
/** log₂(2ˣ + 2^other), without overflow. */
export const logaddexp2: Binary<'logaddexp2'> = operations.logaddexp2 as never

/** x as it is. */
export const positive: Keeping = operations.positive as never
/** −1, 0 or 1: of real numbers, the same as `sign`. */
export const sgn: Keeping = operations.sgn as never

/** |x| with the sign of the other. */
export function copysign<A extends Shape = [], D extends DType = never, B extends Shape = [], E extends DType = never>(
  input: Tensor<A, D> | number,
  other: Arg<Broadcast<A, B>, Tensor<B, E> | number, 'copysign'>,
): Tensor<Out<Broadcast<A, B>>, Float<Combine<A, D, B, E>>>
export function copysign(input: Operand, other: Operand): Value {
  return operations.copysign(input, other)
}

/** ln(x / (1 − x)), the inverse of the sigmoid; with `eps`, x is first clamped to [eps, 1 − eps]. */
export function logit<A extends Shape, D extends DType>(input: Tensor<A, D>, eps?: number | null | OptionsOf<'logit'>): Tensor<A, Float<D>>
export function logit(input: Value, eps?: number | null | OptionsOf<'logit'>): Value {
  return operations.logit(input, eps)
}

/** The n-th derivative of `digamma`. */
export function polygamma<A extends Shape, D extends DType>(n: number, input: Tensor<A, D>): Tensor<A, Float<D>>
export function polygamma(n: number, input: Value): Value {
  return operations.polygamma(n, input)
}

/** The logarithm of the multivariate gamma function of dimension p. */
export function mvlgamma<A extends Shape, D extends DType>(input: Tensor<A, D>, p: number): Tensor<A, Float<D>>
export function mvlgamma(input: Value, p: number): Value {
  return operations.mvlgamma(input, p)
}

/** x · 2^other. */
export function ldexp<A extends Shape, D extends DType, B extends Shape = []>(
  input: Tensor<A, D>,
  other: Arg<Broadcast<A, B>, Tensor<B> | number, 'ldexp'>,
): Tensor<Out<Broadcast<A, B>>, Float<D>>
export function ldexp(input: Value, other: Operand): Value {
  return operations.ldexp(input, other)
}

/** 0 where x is negative, 1 where it is positive, `values` where it is 0. */
export function heaviside<A extends Shape, D extends DType, B extends Shape = []>(
  input: Tensor<A, D>,
  values: Arg<Broadcast<A, B>, Tensor<B, D> | number, 'heaviside'>,
): Tensor<Out<Broadcast<A, B>>, D>
export function heaviside(input: Value, values: Operand): Value {
  return operations.heaviside(input, values)
}

/** `min` where x is below it; the derivative at the bound goes to x. */
export function clampMin<A extends Shape, D extends DType>(input: Tensor<A, D>, min: Operand): Tensor<A, D>
export function clampMin(input: Value, min: Operand): Value {
  return operations.clampMin(input, min)
}

/** `max` where x is above it; the derivative at the bound goes to x. */
export function clampMax<A extends Shape, D extends DType>(input: Tensor<A, D>, max: Operand): Tensor<A, D>
export function clampMax(input: Value, max: Operand): Value {
  return operations.clampMax(input, max)
}
