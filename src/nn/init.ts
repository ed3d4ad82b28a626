// Initial values of parameters. Every function fills its tensor in place, unrecorded, and returns it.
import { isGradEnabled, setGradEnabled } from '../autograd/index.ts'
import { OptionError, ShapeError } from '../core/errors.ts'
import { printShape, type Shape } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import * as P from '../primitives/operations.ts'
import { tracer } from '../primitives/tracer.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { readOptions } from './signatures/initialisers.ts'
import type { OptionsOf } from './signatures.ts'

/** Activations that `calculateGain` knows. */
export type Nonlinearity = 'linear' | 'conv1d' | 'conv2d' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu'

const fill = <T extends Tensor>(tensor: T, value: P.Operand): T => {
  const recording = isGradEnabled()
  setGradEnabled(false)
  try {
    P.write(tensor, value)
  } finally {
    setGradEnabled(recording)
  }
  return tensor
}

// under no grad: the numbers drawn have no history
const affine = (draws: Value, scale: number, shift: number): Value => {
  const scaled = scale === 1 ? draws : P.mul(draws, scale)
  return shift === 0 ? scaled : P.add(scaled, shift)
}

const drawUniform = <T extends Tensor>(tensor: T, low: number, high: number, generator: P.Generator | null): T =>
  fill(tensor, affine(P.uniform(tensor.shape, tensor.dtype, generator ?? undefined), high - low, low))

const drawNormal = <T extends Tensor>(tensor: T, mean: number, std: number, generator: P.Generator | null): T =>
  fill(tensor, affine(P.normal(tensor.shape, tensor.dtype, generator ?? undefined), std, mean))

/** Uniform numbers from `a` to `b`. */
export function uniform_<T extends Tensor>(tensor: T, a?: number | OptionsOf<'uniform_'>, options?: OptionsOf<'uniform_'>): T {
  const given = readOptions('uniform_', a, options)
  return drawUniform(tensor, given.a, given.b, given.generator)
}

/** Normal numbers of the given mean and standard deviation. */
export function normal_<T extends Tensor>(tensor: T, mean?: number | OptionsOf<'normal_'>, options?: OptionsOf<'normal_'>): T {
  const given = readOptions('normal_', mean, options)
  return drawNormal(tensor, given.mean, given.std, given.generator)
}

/** Normal numbers, those outside `[a, b]` drawn anew. */
export function truncNormal_<T extends Tensor>(
  tensor: T,
  mean?: number | OptionsOf<'truncNormal_'>,
  options?: OptionsOf<'truncNormal_'>,
): T {
  const given = readOptions('truncNormal_', mean, options)
  if (!(given.a < given.b)) throw new OptionError(`truncNormal_: a must be below b, got ${given.a} and ${given.b}.`)
  if (given.mean < given.a - 2 * given.std || given.mean > given.b + 2 * given.std) {
    throw new OptionError(
      `truncNormal_: mean ${given.mean} is more than two deviations outside [${given.a}, ${given.b}], where next to nothing is drawn. Move the bounds.`,
    )
  }
  const inside = (draws: Value): Value => P.logicalAnd(P.ge(draws, given.a), P.le(draws, given.b))
  const draw = (): Value => affine(P.normal(tensor.shape, tensor.dtype, given.generator ?? undefined), given.std, given.mean)
  tracer?.refuse('truncNormal_', 'It draws until all numbers are within bounds: initialise outside')
  let draws = draw()
  while (!P.item(P.all(inside(draws), null))) draws = P.where(inside(draws), draws, draw())
  return fill(tensor, draws)
}

/** The same number everywhere. */
export const constant_ = <T extends Tensor>(tensor: T, val: number): T => fill(tensor, val)

/** Zeros. */
export const zeros_ = <T extends Tensor>(tensor: T): T => fill(tensor, 0)

/** Ones. */
export const ones_ = <T extends Tensor>(tensor: T): T => fill(tensor, 1)

/** Ones on the diagonal of a matrix, zeros elsewhere. */
export function eye_<T extends Tensor>(tensor: T): T {
  const shape: Shape = tensor.shape
  if (shape.length !== 2) throw new ShapeError(`eye_: needs a matrix, got shape ${printShape(shape)}.`)
  const [rows, columns] = shape as readonly [number, number]
  return fill(tensor, P.cast(P.eq(P.unsqueeze(P.iota(rows, 'int32'), 1), P.iota(columns, 'int32')), tensor.dtype))
}

/** How many inputs one output sums over, and how many outputs one input reaches. */
export function fans(tensor: Value): { fanIn: number; fanOut: number } {
  const shape: Shape = tensor.shape
  if (shape.length < 2) throw new ShapeError(`init: fans need at least 2 dims, got shape ${printShape(shape)}. Use uniform_ or normal_.`)
  const field = shape.slice(2).reduce((product, size) => product * size, 1)
  return { fanIn: (shape[1] as number) * field, fanOut: (shape[0] as number) * field }
}

/**
 * The factor that keeps the variance of activations: √2 for relu, 5/3 for tanh, √(2 / (1 + slope²)) for leakyRelu, whose slope is `param`.
 *
 * @example
 * ```ts
 * import { nn } from 'wengert'
 * console.log(nn.init.calculateGain('relu')) // 1.4142135623730951
 * ```
 */
export function calculateGain(nonlinearity: Nonlinearity, param?: number | null | OptionsOf<'calculateGain'>): number {
  const slope = readOptions('calculateGain', param).param ?? 0.01
  switch (nonlinearity) {
    case 'linear':
    case 'conv1d':
    case 'conv2d':
    case 'sigmoid':
      return 1
    case 'tanh':
      return 5 / 3
    case 'relu':
      return Math.SQRT2
    case 'leakyRelu':
      return Math.sqrt(2 / (1 + slope * slope))
    case 'selu':
      return 3 / 4
    default:
      nonlinearity satisfies never
      throw new OptionError(
        `calculateGain: unknown nonlinearity '${nonlinearity}'. Use linear, conv1d, conv2d, sigmoid, tanh, relu, leakyRelu or selu.`,
      )
  }
}

/** Uniform on ±gain · √(6 / (fanIn + fanOut)) (Glorot and Bengio 2010). */
export function xavierUniform_<T extends Tensor>(
  tensor: T,
  gain?: number | OptionsOf<'xavierUniform_'>,
  options?: OptionsOf<'xavierUniform_'>,
): T {
  const given = readOptions('xavierUniform_', gain, options)
  const { fanIn, fanOut } = fans(tensor)
  const bound = given.gain * Math.sqrt(6 / (fanIn + fanOut))
  return drawUniform(tensor, -bound, bound, given.generator)
}

/** Normal with deviation gain · √(2 / (fanIn + fanOut)) (Glorot and Bengio 2010). */
export function xavierNormal_<T extends Tensor>(
  tensor: T,
  gain?: number | OptionsOf<'xavierNormal_'>,
  options?: OptionsOf<'xavierNormal_'>,
): T {
  const given = readOptions('xavierNormal_', gain, options)
  const { fanIn, fanOut } = fans(tensor)
  return drawNormal(tensor, 0, given.gain * Math.sqrt(2 / (fanIn + fanOut)), given.generator)
}

/** Options of the Kaiming initialisers. */
export type KaimingOptions = Omit<OptionsOf<'kaimingUniform_'>, 'nonlinearity'> & { nonlinearity?: Nonlinearity | undefined }

const kaimingDeviation = (tensor: Tensor, given: { a: number; mode: 'fanIn' | 'fanOut'; nonlinearity: string }): number =>
  calculateGain(given.nonlinearity as Nonlinearity, given.a) / Math.sqrt(fans(tensor)[given.mode]) // an unknown name throws there

/** Uniform on ±√3 · gain / √fan, where `a` is the slope of a leakyRelu behind it (He et al. 2015). */
export function kaimingUniform_<T extends Tensor>(tensor: T, a?: number | KaimingOptions, options?: KaimingOptions): T {
  const given = readOptions('kaimingUniform_', a, options)
  const bound = Math.sqrt(3) * kaimingDeviation(tensor, given)
  return drawUniform(tensor, -bound, bound, given.generator)
}

/** Normal with deviation gain / √fan (He et al. 2015). */
export function kaimingNormal_<T extends Tensor>(tensor: T, a?: number | KaimingOptions, options?: KaimingOptions): T {
  const given = readOptions('kaimingNormal_', a, options)
  return drawNormal(tensor, 0, kaimingDeviation(tensor, given), given.generator)
}

/** PyTorch's start for the weight and bias of affine layers: both uniform on ±1/√fanIn. */
export function affineDefaults(weight: Tensor, bias: Tensor | null): void {
  if (weight.elementCount > 0) kaimingUniform_(weight, Math.sqrt(5))
  if (bias === null) return
  const { fanIn } = fans(weight)
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0
  drawUniform(bias, -bound, bound, null)
}
