// Normalisation over a batch or over a sample's features, and of vectors.
import { detach, isGradEnabled, setGradEnabled } from '../../autograd/index.ts'
import type { DType } from '../../core/dtype.ts'
import { OptionError, ShapeError } from '../../core/errors.ts'
import { broadcastShapes, normalizeDim, printShape, type Shape, sameShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { norm } from '../../tensor/operations/statistics.ts'
import { requireTensor } from '../../tensor/required-tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { type OptionsOf, readOptions } from '../signatures.ts'

const requireChannels = (parameter: string, value: Value | null, channels: number): void => {
  if (value !== null && !sameShape(value.shape, [channels])) {
    throw new ShapeError(
      `batchNorm: ${parameter} must have shape [${channels}], one element for each channel (dim 1), not ${printShape(value.shape)}.`,
    )
  }
}

/**
 * `(x − mean) / √(variance + eps) · weight + bias` with statistics for each channel (dim 1): those of the batch under `training`, which then also
 * move the running ones by `momentum`; otherwise the running ones.
 */
export function batchNorm<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  weight?: Tensor | null | OptionsOf<'batchNorm'>,
  bias?: Tensor | null | OptionsOf<'batchNorm'>,
  options?: OptionsOf<'batchNorm'>,
): Tensor<S, D> {
  requireTensor('batchNorm', 'input', input)
  const given = readOptions('batchNorm', weight, bias, options)
  const shape: Shape = input.shape
  if (input.elementCount === 0) return P.copy(input) as Tensor<S, D> // nothing to normalise, and no statistics to learn from
  if (shape.length < 2)
    throw new ShapeError(`batchNorm: input needs a batch and a channel dim, got shape ${printShape(shape)}. Unsqueeze it?`)
  const channels = shape[1] as number
  requireChannels('runningMean', runningMean, channels)
  requireChannels('runningVar', runningVar, channels)
  requireChannels('weight', given.weight, channels)
  requireChannels('bias', given.bias, channels)
  const broadcast: Shape = shape.map((size, dim) => (dim === 1 ? size : 1))
  const wide = (value: Value): Value => P.reshape(value, broadcast)
  let centred: Value
  let variance: Value
  if (given.training) {
    const count = input.elementCount / channels
    if (count === 1)
      throw new ShapeError(
        `batchNorm: training needs more than one value for each channel, got shape ${printShape(shape)}. Use eval() or a larger batch.`,
      )
    const dims = shape.map((_, dim) => dim).filter((dim) => dim !== 1)
    const mean = P.div(P.sum(input, dims, true), count)
    centred = P.sub(input, mean)
    variance = P.div(P.sum(P.square(centred), dims, true), count)
    updateStatistics(runningMean, mean, given.momentum)
    updateStatistics(runningVar, P.mul(variance, count / (count - 1)), given.momentum)
  } else {
    if (runningMean === null || runningVar === null)
      throw new OptionError('batchNorm: without running statistics it must be told { training: true }.')
    centred = P.sub(input, wide(runningMean))
    variance = wide(runningVar)
  }
  const scale = P.rsqrt(P.add(variance, given.eps))
  const normalized = P.mul(centred, given.weight === null ? scale : P.mul(scale, wide(given.weight)))
  return (given.bias === null ? normalized : P.add(normalized, wide(given.bias))) as Tensor<S, D>
}

/** `running ← (1 − momentum) · running + momentum · now`, unrecorded. */
function updateStatistics(running: Value | null, now: Value, momentum: number): void {
  if (running === null || running.elementCount === 0) return
  const recording = isGradEnabled()
  setGradEnabled(false)
  try {
    const share = P.mul(P.reshape(detach(now), running.shape), momentum) // nor does a tangent go into the statistics
    P.write(running, P.add(P.mul(running, 1 - momentum), share))
  } finally {
    setGradEnabled(recording)
  }
}

/** `(x − mean) / √(variance + eps) · weight + bias` with each sample's statistics over the last dims, which `normalizedShape` names. */
export function layerNorm<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  normalizedShape: readonly number[],
  weight?: Tensor | null | OptionsOf<'layerNorm'>,
  bias?: Tensor | null | OptionsOf<'layerNorm'>,
  options?: OptionsOf<'layerNorm'>,
): Tensor<S, D> {
  requireTensor('layerNorm', 'input', input)
  const given = readOptions('layerNorm', weight, bias, options)
  const shape: Shape = input.shape
  const first = shape.length - normalizedShape.length
  if (normalizedShape.length === 0 || first < 0 || !sameShape(shape.slice(first), normalizedShape)) {
    throw new ShapeError(`layerNorm: the input's last sizes must be ${printShape(normalizedShape)}, got shape ${printShape(shape)}.`)
  }
  for (const [name, value] of [
    ['weight', given.weight],
    ['bias', given.bias],
  ] as const) {
    if (value !== null && !sameShape(value.shape, normalizedShape)) {
      throw new ShapeError(`layerNorm: ${name} must have shape ${printShape(normalizedShape)}, not ${printShape(value.shape)}.`)
    }
  }
  const dims = normalizedShape.map((_, position) => first + position)
  const count = normalizedShape.reduce((product, size) => product * size, 1)
  const centred = P.sub(input, P.div(P.sum(input, dims, true), count))
  const variance = P.div(P.sum(P.square(centred), dims, true), count)
  const normalized = P.mul(centred, P.rsqrt(P.add(variance, given.eps)))
  const scaled = given.weight === null ? normalized : P.mul(normalized, given.weight)
  return (given.bias === null ? scaled : P.add(scaled, given.bias)) as Tensor<S, D>
}

/** `x / max(‖x‖ₚ, eps)` along `dim`. */
export function normalize<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  p?: number | OptionsOf<'normalize'>,
  options?: OptionsOf<'normalize'>,
): Tensor<S, D> {
  requireTensor('normalize', 'input', input)
  const given = readOptions('normalize', p, options)
  const dim = normalizeDim('normalize', given.dim, input.shape.length)
  return P.div(input, P.clamp(norm(input, given.p, { dim, keepdim: true }), given.eps, null)) as Tensor<S, D>
}

/** The cosine of the angle between vectors along `dim`: `x₁·x₂ / (max(‖x₁‖, eps) · max(‖x₂‖, eps))`. */
export function cosineSimilarity<D extends DType>(
  x1: Tensor<any, D>,
  x2: Tensor,
  dim?: number | OptionsOf<'cosineSimilarity'>,
  options?: OptionsOf<'cosineSimilarity'>,
): Tensor<number[], D> {
  requireTensor('cosineSimilarity', 'x1', x1)
  requireTensor('cosineSimilarity', 'x2', x2)
  const given = readOptions('cosineSimilarity', dim, options)
  const shape = broadcastShapes('cosineSimilarity', x1.shape, x2.shape)
  const axis = normalizeDim('cosineSimilarity', given.dim, shape.length)
  const unit = (x: Value): Value => {
    const whole = P.expand(x, shape) // a repeated element counts each time, also in the norm
    return P.div(whole, P.clamp(norm(whole, 2, { dim: axis, keepdim: true }), given.eps, null))
  }
  return P.sum(P.mul(unit(x1), unit(x2)), [axis]) as Tensor<number[], D>
}

/** `‖x₁ − x₂ + eps‖ₚ` along the last dim. */
export function pairwiseDistance<D extends DType>(
  x1: Tensor<any, D>,
  x2: Tensor,
  p?: number | OptionsOf<'pairwiseDistance'>,
  options?: OptionsOf<'pairwiseDistance'>,
): Tensor<number[], D> {
  requireTensor('pairwiseDistance', 'x1', x1)
  requireTensor('pairwiseDistance', 'x2', x2)
  const given = readOptions('pairwiseDistance', p, options)
  return norm(P.add(P.sub(x1, x2), given.eps), given.p, { dim: -1, keepdim: given.keepdim }) as Tensor<number[], D>
}
