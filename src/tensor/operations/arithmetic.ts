// Arithmetic above the elementwise primitives: scaled sums, roundings, interpolation. Broadcasting and promotion are the primitives'.
import { OptionError } from '../../core/errors.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'
import { type OptionsOf, readOptions } from '../signatures.ts'

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
  cos,
  cosh,
  eq,
  erf,
  erfc,
  exp,
  exp2,
  expm1,
  floor,
  floorDivide,
  fmod,
  ge,
  gt,
  hypot,
  isfinite,
  isinf,
  isnan,
  le,
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
  sin,
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

/** `log(eᵃ + eᵇ)`, computed around the larger of the two. */
export function logaddexp(input: Operand, other: Operand): Value {
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
