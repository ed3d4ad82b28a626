// Arithmetic above the elementwise primitives: scaled sums, roundings, interpolation. Broadcasting and promotion are the primitives'.
import { detach } from '../../autograd/index.ts'
import { isFloating } from '../../core/dtype.ts'
import { DTypeError, OptionError } from '../../core/errors.ts'
import { broadcastShapes } from '../../core/shape.ts'
import { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/arithmetic.ts'
import type { OptionsOf } from '../signatures.ts'

export {
  abs,
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  ceil,
  copysign,
  cos,
  cosh,
  digamma,
  eq,
  erf,
  erfc,
  erfinv,
  exp,
  exp2,
  expm1,
  floor,
  floorDivide,
  fmax,
  fmin,
  fmod,
  ge,
  gt,
  hypot,
  isfinite,
  isinf,
  isnan,
  le,
  lgamma,
  log,
  log1p,
  log2,
  log10,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  lt,
  maximum,
  minimum,
  mul,
  ne,
  neg,
  pow,
  reciprocal,
  relu,
  remainder,
  rsqrt,
  sigmoid,
  sign,
  signbit,
  sin,
  sinc,
  sinh,
  sqrt,
  square,
  tan,
  tanh,
  trunc,
  where,
} from '../../primitives/operations.ts'

const scaled = (other: Operand, alpha: number): Operand =>
  alpha === 1 ? other : typeof other === 'number' ? other * alpha : P.mul(other, alpha)

/** `input + alpha · other`. */
export function add(input: Operand, other: Operand, options?: OptionsOf<'add'>): Value {
  return options === undefined ? P.add(input, other) : P.add(input, scaled(other, readOptions('add', options).alpha))
}

/** `input − alpha · other`. */
export function sub(input: Operand, other: Operand, options?: OptionsOf<'sub'>): Value {
  return options === undefined ? P.sub(input, other) : P.sub(input, scaled(other, readOptions('sub', options).alpha))
}

/** `input / other`, a float also for integers; with `roundingMode` 'trunc' or 'floor' the quotient rounded so, in the operands' own dtype. */
export function div(input: Operand, other: Operand, options?: OptionsOf<'div'>): Value {
  if (options === undefined) return P.div(input, other)
  const { roundingMode } = readOptions('div', options)
  return (roundingMode === 'floor' ? P.floorDivide : roundingMode === 'trunc' ? P.truncDivide : P.div)(input, other)
}

/** The nearest whole number, halves to even; with `decimals` d, the nearest multiple of 10⁻ᵈ. */
export function round(input: Value, options?: OptionsOf<'round'>): Value {
  const { decimals } = readOptions('round', options)
  if (decimals === 0) return P.round(input)
  const scale = 10 ** Math.abs(decimals)
  return decimals > 0 ? P.div(P.round(P.mul(input, scale)), scale) : P.mul(P.round(P.div(input, scale)), scale)
}

/** `input − trunc(input)`; its derivative is 1. */
export function frac(input: Value): Value {
  return P.sub(input, P.trunc(input))
}

/** `min` where the input is below it, `max` where it is above; NaN stays. At a bound the derivative is 1. */
export function clamp(
  input: Value,
  min?: Operand | null | OptionsOf<'clamp'>,
  max?: Operand | null | OptionsOf<'clamp'>,
  options?: OptionsOf<'clamp'>,
): Value {
  const { min: low, max: high } = readOptions('clamp', min, max, ...(options === undefined ? [] : [options]))
  if (low === null && high === null) throw new OptionError('clamp: at least one of min and max must be given.')
  return P.clamp(input, low, high)
}

/** `min` where the input is below it; otherwise as `clamp`. */
export function clampMin(input: Value, min: Operand): Value {
  return P.clamp(input, min, null)
}

/** `max` where the input is above it; otherwise as `clamp`. */
export function clampMax(input: Value, max: Operand): Value {
  return P.clamp(input, null, max)
}

/** `input + weight · (end − input)`. */
export function lerp(input: Value, end: Value, weight: Operand): Value {
  return P.add(input, P.mul(P.sub(end, input), weight))
}

/** `input + value · tensor1 · tensor2`. */
export function addcmul(input: Value, tensor1: Operand, tensor2: Operand, options?: OptionsOf<'addcmul'>): Value {
  return P.addcmul(input, tensor1, scaled(tensor2, readOptions('addcmul', options).value))
}

/** `input + value · tensor1 / tensor2`. */
export function addcdiv(input: Value, tensor1: Operand, tensor2: Operand, options?: OptionsOf<'addcdiv'>): Value {
  return P.add(input, scaled(P.div(tensor1, tensor2), readOptions('addcdiv', options).value))
}

/** `input · log(other)`, and 0 where the input is 0, unless the other is NaN. */
export function xlogy(input: Operand, other: Operand): Value {
  if (typeof other === 'number') {
    const product = P.mul(input, Math.log(other))
    return other > 0 && other < Number.POSITIVE_INFINITY ? product : P.where(P.eq(input, 0), Number.isNaN(other) ? other : 0, product)
  }
  if (typeof input === 'number') return input === 0 ? P.where(P.isnan(other), other, 0) : P.mul(input, P.log(other))
  const unbounded = P.logicalOr(P.le(other, 0), P.isinf(other))
  const vanishes = P.logicalAnd(P.eq(input, 0), unbounded)
  return P.mul(input, P.log(P.where(vanishes, 1, other)))
}

/** `input · 2^other`. */
export function ldexp(input: Value, other: Operand): Value {
  return P.mul(input, typeof other === 'number' ? 2 ** other : P.exp2(other))
}

/** 0 where the input is negative, 1 where it is positive, `values` where it is 0; without a derivative. */
export function heaviside(input: Value, values: Operand): Value {
  const x = detach(input)
  return P.where(P.eq(x, 0), values instanceof Value ? detach(values) : values, P.cast(P.gt(x, 0), input.dtype))
}

/** The input as it is. */
export function positive(input: Value): Value {
  if (input.dtype === 'bool') throw new DTypeError("positive: bool has no sign. Convert it with .to('int32').")
  return input
}

/** −1, 0 or 1: of real numbers, the same as `sign`. */
export function sgn(input: Value): Value {
  return P.sign(input)
}

/** Degrees as radians. */
export function deg2rad(input: Value): Value {
  return P.mul(floating(input), Math.PI / 180)
}

/** Radians as degrees. */
export function rad2deg(input: Value): Value {
  return P.mul(floating(input), 180 / Math.PI)
}

const floating = (input: Value): Value => (isFloating(input.dtype) ? input : P.cast(input, 'float32'))

// No integer is infinite, and none differs from itself.
const isInfinity = (input: Value, infinity: number): Value => (isFloating(input.dtype) ? P.eq(detach(input), infinity) : P.ne(input, input))

/** Whether an element is +∞. */
export function isposinf(input: Value): Value {
  return isInfinity(input, Number.POSITIVE_INFINITY)
}

/** Whether an element is −∞. */
export function isneginf(input: Value): Value {
  return isInfinity(input, Number.NEGATIVE_INFINITY)
}

/** `log(x / (1 − x))`, the inverse of the sigmoid; with `eps`, x is first clamped to [eps, 1 − eps]. */
export function logit(input: Value, eps?: number | null | OptionsOf<'logit'>): Value {
  const given = readOptions('logit', eps)
  const x = given.eps === null ? floating(input) : P.clamp(floating(input), given.eps, 1 - given.eps)
  return P.log(P.div(x, P.sub(1, x)))
}

/** The n-th derivative of `digamma`. */
export function polygamma(n: number, input: Value): Value {
  if (!Number.isInteger(n) || n < 0) throw new OptionError(`polygamma: n must be an integer of at least 0, not ${n}.`)
  if (n === 0) return P.digamma(input)
  // ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ n! ζ(n + 1, x)
  let factorial = n % 2 === 0 ? -1 : 1
  for (let i = 2; i <= n; i++) factorial *= i
  return P.mul(P.zeta(n + 1, floating(input)), factorial)
}

/** The logarithm of the multivariate gamma function of dimension p: `p (p − 1) / 4 · log π + Σ lgamma(x − j/2)` for j from 0 to p − 1. */
export function mvlgamma(input: Value, p: number): Value {
  if (!Number.isInteger(p) || p < 1) throw new OptionError(`mvlgamma: p must be an integer of at least 1, not ${p}.`)
  const halves = P.mul(P.iota(p, isFloating(input.dtype) ? input.dtype : 'float32'), 0.5)
  const terms = P.lgamma(P.sub(P.unsqueeze(input, -1), halves))
  return P.add(P.sum(terms, -1), ((p * (p - 1)) / 4) * Math.log(Math.PI))
}

// Throws in the name of a composition what its first primitive would throw in its own.
function checkBroadcast(name: string, input: Operand, other: Operand): void {
  if (input instanceof Value && other instanceof Value) broadcastShapes(name, input.shape, other.shape)
}

/** `log2(2ᵃ + 2ᵇ)`, computed around the larger of the two. */
export function logaddexp2(input: Operand, other: Operand): Value {
  checkBroadcast('logaddexp2', input, other)
  const larger = P.maximum(input, other)
  const difference = P.neg(P.abs(P.sub(input, other)))
  const sum = P.add(larger, P.mul(P.log1p(P.exp2(difference)), Math.LOG2E))
  return P.where(P.isinf(larger), larger, sum)
}

/** `log(eᵃ + eᵇ)`, computed around the larger of the two. */
export function logaddexp(input: Operand, other: Operand): Value {
  checkBroadcast('logaddexp', input, other)
  const larger = P.maximum(input, other)
  const difference = P.neg(P.abs(P.sub(input, other)))
  // Where the operands are equal, ∞ − ∞ included, |a − b| has no derivative of its own: the mean of the two rows is right there.
  const sum = P.add(larger, P.log1p(P.exp(difference)))
  return P.where(P.isinf(larger), larger, sum)
}

/** The input with NaN and the infinities replaced: NaN by `nan`, ±∞ by the largest finite values unless given. */
export function nanToNum(input: Value, nan?: number | OptionsOf<'nanToNum'>, options?: OptionsOf<'nanToNum'>): Value {
  const replace = readOptions('nanToNum', nan, options)
  if (input.dtype !== 'float32' && input.dtype !== 'float64') return P.copy(input)
  const largest = input.dtype === 'float32' ? 3.4028234663852886e38 : Number.MAX_VALUE
  const infinite = P.isinf(input)
  const positive = P.logicalAnd(infinite, P.gt(input, 0))
  const negative = P.logicalAnd(infinite, P.lt(input, 0))
  const withoutNan = P.where(P.isnan(input), replace.nan, input)
  return P.where(positive, replace.posinf ?? largest, P.where(negative, replace.neginf ?? -largest, withoutNan))
}
