// Activation functions. At points without a derivative they give what PyTorch gives; see the comments where that decides the formula.
import { applyFused, detach } from '../../autograd/index.ts'
import type { DType } from '../../core/dtype.ts'
import { DTypeError, ShapeError } from '../../core/errors.ts'
import { normalizeDim, printShape, type Shape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import * as reductions from '../../tensor/operations/softmax.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { readOptions } from '../signatures/activations.ts'
import type { OptionsOf } from '../signatures.ts'
import { fusedGelu } from './gelu.ts'

const requireFloat = (name: string, input: Value): void => {
  if (input.dtype !== 'float32' && input.dtype !== 'float64')
    throw new DTypeError(`${name}: needs a floating-point tensor, not ${input.dtype}. Convert it with to('float32').`)
}

/**
 * `max(x, 0)`; its derivative at 0 is 0.
 *
 * @example
 * ```ts
 * import { F, tensor } from 'wengert'
 * console.log(F.relu(tensor([-1, 2])).toArray()) // [ 0, 2 ]
 * ```
 */
export function relu<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
  return P.relu(input) as Tensor<S, D>
}

/** `min(max(x, 0), 6)`; its derivative at both ends is 0. */
export function relu6<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
  return between(input, 0, 6) as Tensor<S, D>
}

/** `1 / (1 + e⁻ˣ)`. */
export function sigmoid<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
  return P.sigmoid(input) as Tensor<S, D>
}

/** The hyperbolic tangent. */
export function tanh<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
  return P.tanh(input) as Tensor<S, D>
}

/** `x` where it is positive, else `negativeSlope · x`; its derivative at 0 is the slope. */
export function leakyRelu<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  negativeSlope?: number | OptionsOf<'leakyRelu'>,
): Tensor<S, D> {
  const { negativeSlope: slope } = readOptions('leakyRelu', negativeSlope)
  return P.where(P.gt(input, 0), input, P.mul(input, slope)) as Tensor<S, D>
}

/** `x` where it is positive, else `weight · x`, with one weight, or one for each channel (dim 1). */
export function prelu<S extends Shape, D extends DType>(input: Tensor<S, D>, weight: Tensor): Tensor<S, D> {
  const channels = input.shape.length < 2 ? 1 : (input.shape[1] as number)
  if (weight.elementCount !== 1 && weight.elementCount !== channels) {
    throw new ShapeError(
      `prelu: weight must have 1 or ${channels} elements for an input of shape ${printShape(input.shape)}, not ${weight.elementCount}.`,
    )
  }
  const slope = weight.elementCount === 1 ? P.reshape(weight, []) : P.reshape(weight, [channels, ...input.shape.slice(2).map(() => 1)])
  return P.where(P.gt(input, 0), input, P.mul(input, slope)) as Tensor<S, D>
}

// a (e^(x·s) − 1) below 0, x above, and at 0 a line of slope a·s, which has no second derivative there. The branch that is not taken is
// kept finite, or its zero gradient would meet ∞.
const exponentialUnit = (x: Value, alpha: number, scale: number): Value => {
  const below = P.lt(x, 0)
  const bounded = P.where(below, x, 0)
  const negative = P.expm1(scale === 1 ? bounded : P.mul(bounded, scale))
  const rest = alpha === 1 || scale !== 1 ? x : P.where(P.eq(x, 0), P.mul(x, alpha), x)
  return P.where(below, alpha === 1 ? negative : P.mul(negative, alpha), rest)
}

/** `x` where it is positive, else `alpha · (eˣ − 1)`. */
export function elu<S extends Shape, D extends DType>(input: Tensor<S, D>, alpha?: number | OptionsOf<'elu'>): Tensor<S, D> {
  requireFloat('elu', input)
  return exponentialUnit(input, readOptions('elu', alpha).alpha, 1) as Tensor<S, D>
}

/** `x` where it is positive, else `alpha · (e^(x / alpha) − 1)`. */
export function celu<S extends Shape, D extends DType>(input: Tensor<S, D>, alpha?: number | OptionsOf<'celu'>): Tensor<S, D> {
  requireFloat('celu', input)
  const { alpha: a } = readOptions('celu', alpha)
  return exponentialUnit(input, a, 1 / a) as Tensor<S, D>
}

const seluAlpha = 1.6732632423543772848170429916717
const seluScale = 1.0507009873554804934193349852946

/** The self-normalising exponential unit: `scale · elu(x, alpha)` with Klambauer's constants. */
export function selu<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
  requireFloat('selu', input)
  return P.mul(exponentialUnit(input, seluAlpha, 1), seluScale) as Tensor<S, D>
}

/** `x · Φ(x)` with the normal distribution Φ; `approximate: 'tanh'` uses `½x (1 + tanh(√(2/π) (x + 0.044715 x³)))`. */
export function gelu<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  approximate?: 'none' | 'tanh' | OptionsOf<'gelu'>,
): Tensor<S, D> {
  requireFloat('gelu', input)
  return applyFused(fusedGelu, [input], readOptions('gelu', approximate).approximate) as Tensor<S, D>
}

/** `x · sigmoid(x)`. */
export function silu<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
  requireFloat('silu', input)
  return P.mul(input, P.sigmoid(input)) as Tensor<S, D>
}

// log(1 + eᶻ), with `linear` (z itself) above the threshold. The branch that is not taken is kept finite, or its zero gradient would meet ∞.
const softplusOf = (z: Value, threshold: number, beta = 1, linear = z): Value => {
  const above = P.gt(z, threshold)
  const bent = P.log1p(P.exp(P.where(above, threshold, z)))
  return P.where(above, linear, beta === 1 ? bent : P.div(bent, beta))
}

/** `log(1 + e^(beta·x)) / beta`, and `x` where `beta·x` is above the threshold. */
export function softplus<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  beta?: number | OptionsOf<'softplus'>,
  options?: OptionsOf<'softplus'>,
): Tensor<S, D> {
  requireFloat('softplus', input)
  const { beta: b, threshold } = readOptions('softplus', beta, options)
  return softplusOf(b === 1 ? input : P.mul(input, b), threshold, b, input) as Tensor<S, D>
}

/** `log(sigmoid(x))`, exact also where the sigmoid rounds to 0. */
export function logsigmoid<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
  requireFloat('logsigmoid', input)
  return negativeLogSigmoid(P.neg(input)) as Tensor<S, D>
}

// log σ(−z) = −log(1 + eᶻ); e⁻⁴⁰ is below the rounding of 40 in float64.
const negativeLogSigmoid = (z: Value): Value => P.neg(softplusOf(z, 40))

/** `−log σ(x)`, for losses on logits. */
export const logSigmoidLoss = (x: Value): Value => softplusOf(P.neg(x), 40)

/** `x · tanh(softplus(x))`. */
export function mish<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
  requireFloat('mish', input)
  return P.mul(input, P.tanh(softplusOf(input, 20))) as Tensor<S, D>
}

// x strictly between the bounds, else the nearer bound as a constant: the derivative at the bounds is 0, where that of clamp is 1.
const between = (x: Value, low: number, high: number): Value => {
  const outside = P.logicalOr(P.le(x, low), P.ge(x, high))
  return P.where(outside, P.clamp(detach(x), low, high), x)
}

/** `x` clipped to `[minVal, maxVal]`; its derivative at both ends is 0. */
export function hardtanh<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  minVal?: number | OptionsOf<'hardtanh'>,
  options?: OptionsOf<'hardtanh'>,
): Tensor<S, D> {
  const { minVal: low, maxVal: high } = readOptions('hardtanh', minVal, options)
  return between(input, low, high) as Tensor<S, D>
}

/** `min(max(x / 6 + ½, 0), 1)`; its derivative at ±3 is 0. */
export function hardsigmoid<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
  requireFloat('hardsigmoid', input)
  return P.div(P.add(between(input, -3, 3), 3), 6) as Tensor<S, D>
}

/** `x · hardsigmoid(x)`; its derivative is 0 at −3 and 1 at 3. */
export function hardswish<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
  requireFloat('hardswish', input)
  const [low, high] = [P.le(input, -3), P.ge(input, 3)]
  const between = P.where(P.logicalOr(low, high), 0, input)
  const middle = P.div(P.mul(between, P.add(between, 3)), 6)
  // x · 0, as PyTorch has it: NaN at −∞
  return P.where(low, P.mul(detach(input), 0), P.where(high, input, middle)) as Tensor<S, D>
}

/** `x` where it is above the threshold, else `value`. */
export function threshold<S extends Shape, D extends DType>(input: Tensor<S, D>, threshold: number, value: number): Tensor<S, D> {
  return P.where(P.gt(input, threshold), input, value) as Tensor<S, D>
}

/** `x` moved towards 0 by `lambd`, and 0 where it is no farther than that. */
export function softshrink<S extends Shape, D extends DType>(input: Tensor<S, D>, lambd?: number | OptionsOf<'softshrink'>): Tensor<S, D> {
  requireFloat('softshrink', input)
  const { lambd: l } = readOptions('softshrink', lambd)
  return P.where(P.gt(input, l), P.sub(input, l), P.where(P.lt(input, -l), P.add(input, l), P.mul(detach(input), 0))) as Tensor<S, D>
}

/** `x` where `|x|` is above `lambd`, else 0. */
export function hardshrink<S extends Shape, D extends DType>(input: Tensor<S, D>, lambd?: number | OptionsOf<'hardshrink'>): Tensor<S, D> {
  const { lambd: l } = readOptions('hardshrink', lambd)
  const inside = P.logicalAnd(P.ge(input, -l), P.le(input, l))
  return P.where(inside, 0, input) as Tensor<S, D>
}

/** `x / (1 + |x|)`. */
export function softsign<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
  requireFloat('softsign', input)
  return P.div(input, P.add(P.abs(input), 1)) as Tensor<S, D>
}

/** `x − tanh(x)`. */
export function tanhshrink<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
  requireFloat('tanhshrink', input)
  return P.sub(input, P.tanh(input)) as Tensor<S, D>
}

/** The first half of the input along `dim` times the sigmoid of the second half. */
export function glu<D extends DType>(input: Tensor<any, D>, dim?: number | OptionsOf<'glu'>): Tensor<number[], D> {
  requireFloat('glu', input)
  const axis = normalizeDim('glu', readOptions('glu', dim).dim, input.shape.length)
  const size = input.shape[axis]
  if (size === undefined || size % 2 !== 0)
    throw new ShapeError(`glu: dim ${axis} of shape ${printShape(input.shape)} cannot be halved. Choose a dim of even size.`)
  return P.mul(P.narrow(input, axis, 0, size / 2), P.sigmoid(P.narrow(input, axis, size / 2, size / 2))) as Tensor<number[], D>
}

/**
 * `eˣ / Σ eˣ` along `dim`, computed around the maximum.
 *
 * @example
 * ```ts
 * import { F, tensor } from 'wengert'
 * console.log(F.softmax(tensor([0, 0]), 0).toArray()) // [ 0.5, 0.5 ]
 * ```
 */
export function softmax<S extends Shape, D extends DType>(input: Tensor<S, D>, dim: number, options?: OptionsOf<'softmax'>): Tensor<S, D> {
  return reductions.softmax(input, dim, options) as Tensor<S, D>
}

/** `log(softmax(x))`, computed around the maximum. */
export function logSoftmax<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  dim: number,
  options?: OptionsOf<'logSoftmax'>,
): Tensor<S, D> {
  return reductions.logSoftmax(input, dim, options) as Tensor<S, D>
}

/** `softmax(−x)`. */
export function softmin<S extends Shape, D extends DType>(input: Tensor<S, D>, dim: number, options?: OptionsOf<'softmin'>): Tensor<S, D> {
  return reductions.softmax(P.neg(input), normalizeDim('softmin', dim, input.shape.length), options) as Tensor<S, D>
}
