// Convolution, pooling and padding, with the shapes' batch and channel sizes in their types.
import type { DType } from '../../core/dtype.ts'
import { OptionError, ShapeError } from '../../core/errors.ts'
import { printShape, type Shape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import type { ValuesAndIndices } from '../../tensor/operations/extremes.ts'
import * as spatial from '../../tensor/operations/spatial.ts'
import { requireTensor } from '../../tensor/required-tensor.ts'
import type { Out } from '../../tensor/shape-types.ts'
import type { OptionsOf } from '../../tensor/signatures.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Apply, KeepsChannels, MapsChannels } from '../shape-flow.ts'
import { requireDtypeOf } from './requirements.ts'

type Sizes = number | readonly number[]
/** Sizes of an output; null keeps the input's. */
export type OutputSizes = number | null | readonly (number | null)[]
type Convolved<S, O extends number, Spatial extends number[]> = Out<Apply<MapsChannels<number, O, Spatial, 'convolution'>, S>>
type Pooled<S, Spatial extends number[]> = Out<Apply<KeepsChannels<Spatial>, S>>

/** Values of a pool and where they were found. */
export interface PooledWithIndices<S extends Shape, D extends DType> {
  readonly values: Tensor<S, D>
  readonly indices: Tensor<S, 'int32'>
}

/** Cross-correlation of `[N, C, L]` with `[O, C / groups, k]`. */
export function conv1d<S extends Shape, O extends number, D extends DType>(
  input: Tensor<S, D>,
  weight: Tensor<[O, number, number]>,
  bias?: Tensor | null | OptionsOf<'conv1d'>,
  options?: OptionsOf<'conv1d'>,
): Tensor<Convolved<S, O, [number]>, D> {
  requireTensor('conv1d', 'input', input)
  requireTensor('conv1d', 'weight', weight)
  requireDtypeOf('conv1d', input, weight)
  return spatial.conv1d(input, weight, bias, options) as Tensor
}

/**
 * Cross-correlation of `[N, C, H, W]` with `[O, C / groups, kh, kw]`.
 *
 * @example
 * ```ts
 * import { F, ones } from 'wengert'
 * console.log(F.conv2d(ones([1, 1, 4, 4]), ones([2, 1, 3, 3]), null, { stride: 1 }).shape) // [ 1, 2, 2, 2 ]
 * ```
 */
export function conv2d<S extends Shape, O extends number, D extends DType>(
  input: Tensor<S, D>,
  weight: Tensor<[O, number, number, number]>,
  bias?: Tensor | null | OptionsOf<'conv2d'>,
  options?: OptionsOf<'conv2d'>,
): Tensor<Convolved<S, O, [number, number]>, D> {
  requireTensor('conv2d', 'input', input)
  requireTensor('conv2d', 'weight', weight)
  requireDtypeOf('conv2d', input, weight)
  return spatial.conv2d(input, weight, bias, options) as Tensor
}

/** The largest element of each window of `[N, C, L]`; with `{ returnIndices: true }` also where it was found. */
export function maxPool1d<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  kernelSize: Sizes,
  options: OptionsOf<'maxPool1d'> & { returnIndices: true },
): PooledWithIndices<Pooled<S, [number]>, D>
export function maxPool1d<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  kernelSize: Sizes,
  stride?: Sizes | null | OptionsOf<'maxPool1d'>,
  options?: OptionsOf<'maxPool1d'>,
): Tensor<Pooled<S, [number]>, D>
export function maxPool1d(
  input: Tensor,
  kernelSize: Sizes,
  stride?: Sizes | null | OptionsOf<'maxPool1d'>,
  options?: OptionsOf<'maxPool1d'>,
): Value | ValuesAndIndices {
  requireTensor('maxPool1d', 'input', input)
  return spatial.maxPool1d(input, kernelSize, stride, options)
}

/**
 * The largest element of each window of `[N, C, H, W]`; with `{ returnIndices: true }` also where it was found, as a place in the H·W plane.
 *
 * @example
 * ```ts
 * import { F, tensor } from 'wengert'
 * console.log(F.maxPool2d(tensor([[[[1, 2], [3, 4]]]]), 2).item()) // 4
 * ```
 */
export function maxPool2d<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  kernelSize: Sizes,
  options: OptionsOf<'maxPool2d'> & { returnIndices: true },
): PooledWithIndices<Pooled<S, [number, number]>, D>
export function maxPool2d<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  kernelSize: Sizes,
  stride?: Sizes | null | OptionsOf<'maxPool2d'>,
  options?: OptionsOf<'maxPool2d'>,
): Tensor<Pooled<S, [number, number]>, D>
export function maxPool2d(
  input: Tensor,
  kernelSize: Sizes,
  stride?: Sizes | null | OptionsOf<'maxPool2d'>,
  options?: OptionsOf<'maxPool2d'>,
): Value | ValuesAndIndices {
  requireTensor('maxPool2d', 'input', input)
  return spatial.maxPool2d(input, kernelSize, stride, options)
}

/** The mean of each window of `[N, C, L]`. */
export function avgPool1d<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  kernelSize: Sizes,
  stride?: Sizes | null | OptionsOf<'avgPool1d'>,
  options?: OptionsOf<'avgPool1d'>,
): Tensor<Pooled<S, [number]>, D> {
  requireTensor('avgPool1d', 'input', input)
  return spatial.avgPool1d(input, kernelSize, stride, options) as Tensor
}

/** The mean of each window of `[N, C, H, W]`. */
export function avgPool2d<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  kernelSize: Sizes,
  stride?: Sizes | null | OptionsOf<'avgPool2d'>,
  options?: OptionsOf<'avgPool2d'>,
): Tensor<Pooled<S, [number, number]>, D> {
  requireTensor('avgPool2d', 'input', input)
  return spatial.avgPool2d(input, kernelSize, stride, options) as Tensor
}

// Row i of this [outputs, inputs] matrix takes the mean of inputs ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉.
function meanMatrix(outputs: number, inputs: number, dtype: DType): Value {
  const weights = new Float64Array(outputs * inputs)
  for (let row = 0; row < outputs; row++) {
    const start = Math.floor((row * inputs) / outputs)
    const end = Math.ceil(((row + 1) * inputs) / outputs)
    weights.fill(1 / (end - start), row * inputs + start, row * inputs + end)
  }
  return P.cast(P.fromArray(weights, [outputs, inputs]), dtype)
}

function adaptiveSizes(name: string, input: Value, outputSize: OutputSizes, count: number): number[] {
  const rank = input.shape.length
  if (rank !== count + 1 && rank !== count + 2) {
    throw new ShapeError(`${name}: input must have ${count + 1} or ${count + 2} dims, got shape ${printShape(input.shape)}.`)
  }
  const given = Array.isArray(outputSize)
    ? (outputSize as readonly (number | null)[])
    : new Array<number | null>(count).fill(outputSize as number | null)
  const sizes = given.map((size, dim) => size ?? (input.shape[rank - count + dim] as number))
  if (sizes.length !== count || sizes.some((size) => !Number.isInteger(size) || size < 1)) {
    throw new OptionError(`${name}: outputSize must be one positive integer or a list of ${count}, not ${JSON.stringify(outputSize)}.`)
  }
  return sizes
}

/** Means of windows of `[N, C, L]`, chosen so that `outputSize` of them cover the input. */
export function adaptiveAvgPool1d<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  outputSize: OutputSizes,
): Tensor<Pooled<S, [number]>, D> {
  requireTensor('adaptiveAvgPool1d', 'input', input)
  const [length] = adaptiveSizes('adaptiveAvgPool1d', input, outputSize, 1) as [number]
  const shape: Shape = input.shape
  return P.matmul(input, P.transpose(meanMatrix(length, shape[shape.length - 1] as number, input.dtype), 0, 1)) as Tensor
}

/** Means of windows of `[N, C, H, W]`, chosen so that `outputSize` of them cover each dim. */
export function adaptiveAvgPool2d<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  outputSize: OutputSizes,
): Tensor<Pooled<S, [number, number]>, D> {
  requireTensor('adaptiveAvgPool2d', 'input', input)
  const [height, width] = adaptiveSizes('adaptiveAvgPool2d', input, outputSize, 2) as [number, number]
  const shape: Shape = input.shape
  const [rows, columns] = shape.slice(-2) as [number, number]
  if (height === 1 && width === 1) return P.div(P.sum(input, [-2, -1], true), rows * columns) as Tensor
  // the mean over a rectangle is a mean of means, so each dim is one matrix
  const across = P.matmul(input, P.transpose(meanMatrix(width, columns, input.dtype), 0, 1))
  return P.matmul(meanMatrix(height, rows, input.dtype), across) as Tensor
}

/**
 * Pads the last dims: `pad` holds two numbers for the last dim, two for the one before, and so on; negative ones cut off.
 *
 * @example
 * ```ts
 * import { F, tensor } from 'wengert'
 * console.log(F.pad(tensor([1, 2, 3]), [1, 2]).toArray()) // [ 0, 1, 2, 3, 0, 0 ]
 * ```
 */
export function pad<D extends DType>(
  input: Tensor<any, D>,
  pad: readonly number[],
  mode?: OptionsOf<'pad'>['mode'] | OptionsOf<'pad'>,
  options?: OptionsOf<'pad'>,
): Tensor<number[], D> {
  requireTensor('pad', 'input', input)
  return spatial.pad(input, pad, mode, options) as Tensor<number[], D>
}
