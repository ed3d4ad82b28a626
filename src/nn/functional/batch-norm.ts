// Batch normalisation. A large batch is one kernel each way: a row for each channel, which stays in the cache between its passes.
import { detach, type Fused, isGradEnabled, setGradEnabled, tryFused } from '../../autograd/index.ts'
import { apply } from '../../backends/expression.ts'
import type { DType } from '../../core/dtype.ts'
import { OptionError, ShapeError } from '../../core/errors.ts'
import { printShape, type Shape, sameShape } from '../../core/shape.ts'
import { emptyValue, type Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { element, type LoopKernel, overRows, result, scalar } from '../../primitives/rows.ts'
import { requireTensor } from '../../tensor/required-tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { readOptions } from '../signatures/normalizations.ts'
import type { OptionsOf, ReadOptionsOf } from '../signatures.ts'
import { type Affine, affineOf, withAffine } from './affine.ts'

// operands: x, weight, bias, y, mean, variance; scalars: 1/n, eps
const forwardKernel: LoopKernel = /*@__PURE__*/ (() => {
  const centred = apply('sub', element(0), result(1))
  return {
    name: 'batchNorm',
    operands: 6,
    stages: [
      { per: 'element', reductions: [{ combine: 'sum', value: element(0) }] },
      { per: 'row', values: [apply('mul', result(0), scalar(0))], stores: [{ operand: 4, value: result(1) }] },
      { per: 'element', reductions: [{ combine: 'sum', value: apply('mul', centred, centred) }] },
      {
        per: 'row',
        values: [
          apply('mul', result(2), scalar(0)),
          apply('mul', apply('div', 1, apply('sqrt', apply('add', result(3), scalar(1)))), element(1)),
          element(2),
        ],
        stores: [{ operand: 5, value: result(3) }],
      },
      { per: 'element', stores: [{ operand: 3, value: apply('add', apply('mul', centred, result(4)), result(5)) }] },
    ],
  }
})()

// operands: g, x, weight, mean, variance, dx, dweight, dbias; scalars: 1/n, eps
const backwardKernel: LoopKernel = /*@__PURE__*/ (() => {
  const normalized = apply('mul', apply('sub', element(1), result(0)), result(1))
  const g = element(0)
  return {
    name: 'batchNormGradient',
    operands: 8,
    stages: [
      { per: 'row', values: [element(3), apply('div', 1, apply('sqrt', apply('add', element(4), scalar(1))))] },
      {
        per: 'element',
        reductions: [
          { combine: 'sum', value: g },
          { combine: 'sum', value: apply('mul', g, normalized) },
        ],
      },
      {
        per: 'row',
        values: [apply('mul', result(2), scalar(0)), apply('mul', result(3), scalar(0)), apply('mul', result(1), element(2))],
        stores: [
          { operand: 6, value: result(3) },
          { operand: 7, value: result(2) },
        ],
      },
      // dx = w / σ · (g − mean(g) − x̂ · mean(g x̂))
      {
        per: 'element',
        stores: [
          {
            operand: 5,
            value: apply('mul', result(6), apply('sub', apply('sub', g, result(4)), apply('mul', normalized, result(5)))),
          },
        ],
      },
    ],
  }
})()

interface BatchNorm extends Affine {
  readonly eps: number
}

const channelsOf = (x: Value): number => x.shape[1] as number
const countOf = (x: Value): number => x.elementCount / channelsOf(x)
const reducedDims = (x: Value): number[] => x.shape.flatMap((_, dim) => (dim === 1 ? [] : [dim]))
/** A value for each channel, shaped to broadcast. */
const wide = (value: Value, rank: number): Value =>
  P.reshape(
    value,
    Array.from({ length: rank }, (_, dim) => (dim === 1 ? value.elementCount : 1)),
  )
const perChannel = (x: Value): Value =>
  emptyValue(
    x.storage.type,
    x.shape.map((size, dim) => (dim === 1 ? size : 1)),
  )

function moments(x: Value): { centred: Value; mean: Value; variance: Value } {
  const dims = reducedDims(x)
  const mean = P.div(P.sum(x, dims, true), countOf(x))
  const centred = P.sub(x, mean)
  return { centred, mean, variance: P.div(P.sum(P.square(centred), dims, true), countOf(x)) }
}

function scaled(centred: Value, variance: Value, eps: number, weight: Value | null, bias: Value | null): Value {
  const rank = centred.shape.length
  const scale = P.rsqrt(P.add(variance, eps))
  const normalized = P.mul(centred, weight === null ? scale : P.mul(scale, wide(weight, rank)))
  return bias === null ? normalized : P.add(normalized, wide(bias, rank))
}

const one = (x: Value): Value => P.operandLike('batchNorm', 1, x.storage.type)
const zero = (x: Value): Value => P.operandLike('batchNorm', 0, x.storage.type)

/** By the statistics of the batch; `extra` are its mean and variance for each channel. */
const fusedBatchNorm: Fused<BatchNorm> = {
  name: 'batchNorm',
  saves: 'inputs',
  applies: (inputs) => inputs.every(({ dtype }) => dtype === 'float32'),
  composition(inputs, params) {
    const { centred, variance } = moments(inputs[0] as Value)
    return scaled(centred, variance, params.eps, ...affineOf(inputs, params))
  },
  forward(inputs, params) {
    const x = inputs[0] as Value
    const rank = x.shape.length
    const [weight, bias] = affineOf(inputs, params)
    const output = emptyValue(x.storage.type, x.shape)
    const mean = perChannel(x)
    const variance = perChannel(x)
    const operands = [x, weight === null ? one(x) : wide(weight, rank), bias === null ? zero(x) : wide(bias, rank), output, mean, variance]
    const done = overRows(forwardKernel, x.shape, reducedDims(x), operands, [1 / countOf(x), params.eps])
    return done ? { output, extra: [mean, variance] } : null
  },
  backward(g, inputs, extra, params, wanted) {
    if (extra.length === 0) return null
    const x = inputs[0] as Value
    const [weight] = affineOf(inputs, params)
    const [mean, variance] = extra as readonly [Value, Value]
    const dx = emptyValue(x.storage.type, x.shape)
    const dweight = perChannel(x)
    const dbias = perChannel(x)
    const operands = [g, x, weight === null ? one(x) : wide(weight, x.shape.length), mean, variance, dx, dweight, dbias]
    if (!overRows(backwardKernel, x.shape, reducedDims(x), operands, [1 / countOf(x), params.eps])) return null
    const channels = [channelsOf(x)]
    const gradients = [
      dx,
      ...(params.hasWeight ? [P.reshape(dweight, channels)] : []),
      ...(params.hasBias ? [P.reshape(dbias, channels)] : []),
    ]
    return gradients.map((gradient, i) => (wanted(i) ? gradient : null))
  },
}

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
  return normalizeBatch(input, runningMean, runningVar, readOptions('batchNorm', weight, bias, options))
}

/** The same; the momentum may be a 0-d tensor. */
export function normalizeBatch<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  given: Omit<ReadOptionsOf<'batchNorm'>, 'momentum'> & { readonly momentum: P.Operand },
): Tensor<S, D> {
  const shape: Shape = input.shape
  if (input.elementCount === 0) return P.copy(input) as Tensor<S, D> // nothing to normalise, and no statistics to learn from
  if (shape.length < 2)
    throw new ShapeError(`batchNorm: input needs a batch and a channel dim, got shape ${printShape(shape)}. Unsqueeze it?`)
  const channels = shape[1] as number
  requireChannels('runningMean', runningMean, channels)
  requireChannels('runningVar', runningVar, channels)
  requireChannels('weight', given.weight, channels)
  requireChannels('bias', given.bias, channels)
  const { eps, weight: scale, bias: shift } = given
  if (given.training) {
    const count = input.elementCount / channels
    if (count === 1)
      throw new ShapeError(
        `batchNorm: training needs more than one value for each channel, got shape ${printShape(shape)}. Use eval() or a larger batch.`,
      )
    const params = { eps, hasWeight: scale !== null, hasBias: shift !== null }
    const inputs = withAffine(input, scale, shift)
    const fused = tryFused(fusedBatchNorm, inputs, params)
    const { centred, mean, variance } =
      fused !== null && fused.extra.length > 0
        ? { centred: null, mean: fused.extra[0] as Value, variance: fused.extra[1] as Value }
        : moments(input)
    updateStatistics(runningMean, mean, given.momentum)
    updateStatistics(runningVar, P.mul(variance, count / (count - 1)), given.momentum)
    return (fused?.output ?? scaled(centred as Value, variance, eps, scale, shift)) as Tensor<S, D>
  }
  if (runningMean === null || runningVar === null)
    throw new OptionError('batchNorm: without running statistics it must be told { training: true }.')
  const centred = P.sub(input, wide(runningMean, shape.length))
  return scaled(centred, wide(runningVar, shape.length), eps, scale, shift) as Tensor<S, D>
}

/** `running ← (1 − momentum) · running + momentum · now`, unrecorded. */
function updateStatistics(running: Value | null, now: Value, momentum: P.Operand): void {
  if (running === null || running.elementCount === 0) return
  const recording = isGradEnabled()
  setGradEnabled(false)
  try {
    const share = P.mul(P.reshape(detach(now), running.shape), momentum) // nor does a tangent go into the statistics
    P.write(running, P.add(P.mul(running, typeof momentum === 'number' ? 1 - momentum : P.sub(1, momentum)), share))
  } finally {
    setGradEnabled(recording)
  }
}
