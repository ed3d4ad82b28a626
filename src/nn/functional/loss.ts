// Losses. All are compositions, written so that neither value nor gradient overflows where the mathematical one does not.
import { applyFused, detach } from '../../autograd/index.ts'
import type { DType } from '../../core/dtype.ts'
import { DTypeError, IndexError, OptionError, ShapeError } from '../../core/errors.ts'
import { printShape, type Shape, sameShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { xlogy } from '../../tensor/operations/arithmetic.ts'
import { mean } from '../../tensor/operations/reductions.ts'
import { logSoftmax } from '../../tensor/operations/softmax.ts'
import { requireTensor } from '../../tensor/required-tensor.ts'
import type { Arg, Free } from '../../tensor/shape-types.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { readOptions } from '../signatures/losses.ts'
import type { OptionsOf } from '../signatures.ts'
import { logSigmoidLoss } from './activation.ts'
import { fusedCrossEntropy } from './cross-entropy.ts'
import { warnOfBroadcast } from './requirements.ts'

/** What happens to the losses of the elements: their mean, their sum, or nothing. */
export type Reduction = 'mean' | 'sum' | 'none'
/** The shape of a loss: that of its elements without reduction, else that of a scalar. */
export type Reduced<R, S extends Shape> = R extends 'none' ? S : []
/** Class indices are integers. Floats beside them are probabilities, of the input's own shape: whether a target of dtype `E` can be either. */
export type ClassTarget<S extends Shape, T extends Shape, E extends DType> = 0 extends 1 & E
  ? true
  : E extends 'float32' | 'float64'
    ? true extends Free<S> | Free<T>
      ? true
      : S['length'] extends T['length']
        ? true
        : "class indices must be integers: make the target with { dtype: 'int32' }"
    : true
/** Whether a tensor of dtype `E` can be indices. */
export type IndexTarget<E extends DType> = 0 extends 1 & E
  ? true
  : E extends 'float32' | 'float64'
    ? "indices must be integers: make them with { dtype: 'int32' }"
    : true
/** A loss's options, with the reduction as a type that its result follows. */
export type WithReduction<O, R> = Omit<O, 'reduction'> & { reduction?: R | undefined }

/** The losses of elements as their mean, their sum, or themselves. */
export const reduce = (losses: Value, reduction: Reduction): Value =>
  reduction === 'mean' ? mean(losses) : reduction === 'sum' ? P.sum(losses, null) : losses

const isFloat = (value: Value): boolean => value.dtype === 'float32' || value.dtype === 'float64'

function requireFloat(name: string, input: Value): void {
  if (!isFloat(input)) throw new DTypeError(`${name}: needs a floating-point input, not ${input.dtype}. Convert it with to('float32').`)
}

function requireSameShape(name: string, input: Value, target: Value): void {
  if (sameShape(input.shape, target.shape)) return
  throw new ShapeError(
    `${name}: input and target have different shapes, ${printShape(input.shape)} and ${printShape(target.shape)}. Reshape one of them.`,
  )
}

/**
 * The squared differences, `(input − target)²`. The two broadcast; let their shapes be equal, or `[N, 1]` and `[N]` make `[N, N]` (a warning says so, once).
 *
 * @example
 * ```ts
 * import { F, tensor } from 'wengert'
 * console.log(F.mseLoss(tensor([1, 2]), tensor([1, 4])).item()) // 2
 * ```
 */
export function mseLoss<S extends Shape, D extends DType, R extends Reduction = 'mean'>(
  input: Tensor<S, D>,
  target: Tensor<S>,
  options?: WithReduction<OptionsOf<'mseLoss'>, R>,
): Tensor<Reduced<R, S>, D> {
  requireTensor('mseLoss', 'input', input)
  requireTensor('mseLoss', 'target', target)
  warnOfBroadcast('mseLoss', input, target)
  const { reduction } = readOptions('mseLoss', options)
  return reduce(P.square(P.sub(input, target)), reduction) as Tensor<Reduced<R, S>, D>
}

/** The absolute differences, `|input − target|`; the derivative of equal elements is 0. */
export function l1Loss<S extends Shape, D extends DType, R extends Reduction = 'mean'>(
  input: Tensor<S, D>,
  target: Tensor<S>,
  options?: WithReduction<OptionsOf<'l1Loss'>, R>,
): Tensor<Reduced<R, S>, D> {
  requireTensor('l1Loss', 'input', input)
  requireTensor('l1Loss', 'target', target)
  warnOfBroadcast('l1Loss', input, target)
  const { reduction } = readOptions('l1Loss', options)
  return reduce(P.abs(P.sub(input, target)), reduction) as Tensor<Reduced<R, S>, D>
}

/** `½ d² / beta` where `d = |input − target|` is below beta, else `d − ½ beta`. */
export function smoothL1Loss<S extends Shape, D extends DType, R extends Reduction = 'mean'>(
  input: Tensor<S, D>,
  target: Tensor<S>,
  options?: WithReduction<OptionsOf<'smoothL1Loss'>, R>,
): Tensor<Reduced<R, S>, D> {
  requireTensor('smoothL1Loss', 'input', input)
  requireTensor('smoothL1Loss', 'target', target)
  warnOfBroadcast('smoothL1Loss', input, target)
  const { reduction, beta } = readOptions('smoothL1Loss', options)
  if (!(beta >= 0)) throw new OptionError(`smoothL1Loss: beta must be ≥ 0, not ${beta}.`)
  const difference = P.sub(input, target)
  const distance = P.abs(difference)
  const losses = beta === 0 ? distance : P.where(P.lt(distance, beta), P.mul(P.square(difference), 0.5 / beta), P.sub(distance, 0.5 * beta))
  return reduce(losses, reduction) as Tensor<Reduced<R, S>, D>
}

/** `½ d²` where `d = |input − target|` is at most delta, else `delta · (d − ½ delta)`. */
export function huberLoss<S extends Shape, D extends DType, R extends Reduction = 'mean'>(
  input: Tensor<S, D>,
  target: Tensor<S>,
  options?: WithReduction<OptionsOf<'huberLoss'>, R>,
): Tensor<Reduced<R, S>, D> {
  requireTensor('huberLoss', 'input', input)
  requireTensor('huberLoss', 'target', target)
  warnOfBroadcast('huberLoss', input, target)
  const { reduction, delta } = readOptions('huberLoss', options)
  if (!(delta > 0)) throw new OptionError(`huberLoss: delta must be > 0, not ${delta}.`)
  const difference = P.sub(input, target)
  const distance = P.abs(difference)
  const losses = P.where(P.le(distance, delta), P.mul(P.square(difference), 0.5), P.mul(P.sub(distance, 0.5 * delta), delta))
  return reduce(losses, reduction) as Tensor<Reduced<R, S>, D>
}

/**
 * `−(t log p + (1 − t) log(1 − p))` of probabilities p, with logarithms no lower than −100. Prefer `binaryCrossEntropyWithLogits`.
 *
 * Within 10⁻¹² of 0 and 1 the derivative is `(p − t) · 10¹²`, as in PyTorch, instead of infinite.
 */
export function binaryCrossEntropy<S extends Shape, D extends DType, R extends Reduction = 'mean'>(
  input: Tensor<S, D>,
  target: Tensor<S>,
  weight?: Tensor | null | WithReduction<OptionsOf<'binaryCrossEntropy'>, R>,
  options?: WithReduction<OptionsOf<'binaryCrossEntropy'>, R>,
): Tensor<Reduced<R, S>, D> {
  requireTensor('binaryCrossEntropy', 'input', input)
  requireTensor('binaryCrossEntropy', 'target', target)
  const given = readOptions('binaryCrossEntropy', weight, options)
  requireFloat('binaryCrossEntropy', input)
  requireSameShape('binaryCrossEntropy', input, target)
  const constant = detach(input)
  const saturated = P.lt(P.mul(constant, P.sub(1, constant)), 1e-12)
  P.inspect('binaryCrossEntropy', P.any(P.logicalOr(P.lt(constant, 0), P.gt(constant, 1)), null), ([isOutside]) => {
    if (isOutside)
      throw new OptionError('binaryCrossEntropy: input must be probabilities between 0 and 1. Use binaryCrossEntropyWithLogits for logits.')
  })
  const inner = P.where(saturated, 0.5, input)
  const logP = P.where(saturated, P.clamp(P.log(constant), -100, null), P.log(inner))
  const logQ = P.where(saturated, P.clamp(P.log1p(P.neg(constant)), -100, null), P.log1p(P.neg(inner)))
  // worth 0, with the derivative (p − t) / 10⁻¹²
  const edge = P.mul(P.sub(input, constant), P.mul(detach(P.sub(input, target)), 1e12))
  const losses = P.sub(P.where(saturated, edge, 0), P.add(P.mul(target, logP), P.mul(P.sub(1, target), logQ)))
  return reduce(given.weight === null ? losses : P.mul(losses, given.weight), given.reduction) as Tensor<Reduced<R, S>, D>
}

/**
 * Binary cross-entropy of `sigmoid(input)`, computed from the logits, so that it is exact for large ones too. `posWeight` weighs the
 * positive class: `−(w t log σ(x) + (1 − t) log σ(−x))`.
 *
 * @example
 * ```ts
 * import { F, tensor } from 'wengert'
 * console.log(F.binaryCrossEntropyWithLogits(tensor([1000]), tensor([0])).item()) // 1000
 * ```
 */
export function binaryCrossEntropyWithLogits<S extends Shape, D extends DType, R extends Reduction = 'mean'>(
  input: Tensor<S, D>,
  target: Tensor<S>,
  weight?: Tensor | null | WithReduction<OptionsOf<'binaryCrossEntropyWithLogits'>, R>,
  options?: WithReduction<OptionsOf<'binaryCrossEntropyWithLogits'>, R>,
): Tensor<Reduced<R, S>, D> {
  requireTensor('binaryCrossEntropyWithLogits', 'input', input)
  requireTensor('binaryCrossEntropyWithLogits', 'target', target)
  const given = readOptions('binaryCrossEntropyWithLogits', weight, options)
  requireFloat('binaryCrossEntropyWithLogits', input)
  requireSameShape('binaryCrossEntropyWithLogits', input, target)
  const negativeLog = logSigmoidLoss(input)
  // −log σ(−x) = x − log σ(x), so the loss is (1 − t) x + (1 + (w − 1) t) (−log σ(x))
  const factor = given.posWeight === null ? null : P.add(P.mul(target, P.sub(given.posWeight, 1)), 1)
  const losses = P.add(P.mul(P.sub(1, target), input), factor === null ? negativeLog : P.mul(negativeLog, factor))
  return reduce(given.weight === null ? losses : P.mul(losses, given.weight), given.reduction) as Tensor<Reduced<R, S>, D>
}

interface ClassOptions {
  readonly weight: Value | null
  readonly ignoreIndex: number
  readonly reduction: Reduction
}

/** Class indices, ready for gathering: which of them count (null: all), and the indices with 0 in place of the ignored ones. */
function classIndices(name: string, input: Value, target: Value, axis: number, ignoreIndex: number): { keep: Value | null; index: Value } {
  const expected = input.shape.filter((_, dim) => dim !== axis)
  if (!sameShape(expected, target.shape)) {
    throw new ShapeError(
      `${name}: for an input of shape ${printShape(input.shape)} the class indices need shape ${printShape(expected)}, not ${printShape(target.shape)}.`,
    )
  }
  if (isFloat(target) || target.dtype === 'bool') {
    throw new DTypeError(`${name}: class indices must be integers, not ${target.dtype}. Make the target with { dtype: 'int32' }.`)
  }
  const classes = input.shape[axis] as number
  const refuse = (label: number): Error => new IndexError(`${name}: class ${label} is out of range for ${classes} classes.`)
  P.inspectRange(name, target, 0, classes, refuse, ignoreIndex)
  if (target.dtype === 'uint8' && (ignoreIndex < 0 || ignoreIndex > 255)) return { keep: null, index: target } // no uint8 equals it
  const keep = P.ne(target, ignoreIndex)
  return { keep, index: P.where(keep, target, 0) }
}

const classAxis = (name: string, input: Value): number => {
  if (input.shape.length === 0)
    throw new ShapeError(`${name}: input needs a dim of classes, got a 0-d tensor. Shape [C] or [N, C, …] is meant.`)
  return input.shape.length === 1 ? 0 : 1
}

function checkClassWeight(name: string, input: Value, axis: number, weight: Value | null): void {
  if (weight !== null && !sameShape(weight.shape, [input.shape[axis] as number])) {
    throw new ShapeError(
      `${name}: weight must have one element for each of the ${input.shape[axis]} classes, not shape ${printShape(weight.shape)}.`,
    )
  }
}

/** The weight vector, shaped to broadcast along the classes. */
const alongClasses = (weight: Value, rank: number, axis: number): Value =>
  P.reshape(
    weight,
    Array.from({ length: rank }, (_, dim) => (dim === axis ? weight.elementCount : 1)),
  )

interface Picked {
  /** Σ-ready losses of the picked classes, 0 where ignored. */
  readonly losses: Value
  /** What a mean divides by: the sum of the weights, or how many count. */
  readonly total: () => Value | number
  readonly keep: Value | null
}

/** −log p of each class index along an axis of log-probabilities. */
const pickFrom =
  (logProbabilities: Value, axis: number) =>
  (index: Value): Value =>
    P.neg(P.squeeze(P.gather(logProbabilities, axis, P.unsqueeze(index, axis)), axis))

/** `pickLosses` gives −log p for class indices in range. */
function pick(name: string, input: Value, target: Value, options: ClassOptions, pickLosses: (index: Value) => Value): Picked {
  const axis = classAxis(name, input)
  checkClassWeight(name, input, axis, options.weight)
  const { keep, index } = classIndices(name, input, target, axis, options.ignoreIndex)
  const picked = pickLosses(index)
  if (options.weight === null) {
    return {
      losses: keep === null ? picked : P.where(keep, picked, 0),
      total: () => (keep === null ? target.elementCount : P.sum(keep, null)),
      keep,
    }
  }
  const gathered = P.reshape(P.indexSelect(options.weight, 0, P.reshape(index, [index.elementCount])), index.shape)
  const weights = keep === null ? gathered : P.where(keep, gathered, 0)
  const weighted = P.mul(picked, gathered)
  return { losses: keep === null ? weighted : P.where(keep, weighted, 0), total: () => P.sum(weights, null), keep }
}

const finish = ({ losses, total }: Picked, reduction: Reduction): Value =>
  reduction === 'none' ? losses : reduction === 'sum' ? P.sum(losses, null) : P.div(P.sum(losses, null), total())

/**
 * `−input[n, target[n]]` of log-probabilities `[N, C, …]` and class indices `[N, …]`; the mean weighs by `weight[target]`.
 * Targets equal to `ignoreIndex` do not count.
 */
export function nllLoss<D extends DType, E extends DType, R extends Reduction = 'mean'>(
  input: Tensor<any, D>,
  target: Arg<IndexTarget<E>, Tensor<any, E>, 'nllLoss'>,
  weight?: Tensor | null | WithReduction<OptionsOf<'nllLoss'>, R>,
  options?: WithReduction<OptionsOf<'nllLoss'>, R>,
): Tensor<Reduced<R, number[]>, D> {
  requireTensor('nllLoss', 'input', input)
  requireTensor('nllLoss', 'target', target)
  const given = readOptions('nllLoss', weight, options)
  requireFloat('nllLoss', input)
  return finish(pick('nllLoss', input, target as Tensor, given, pickFrom(input, classAxis('nllLoss', input))), given.reduction) as Tensor<
    Reduced<R, number[]>,
    D
  >
}

/**
 * Cross-entropy of logits `[N, C, …]` with class indices `[N, …]` (integers), or with probabilities of the input's own shape (floats):
 * `−log softmax(input)[target]`. `labelSmoothing` mixes that share of the uniform distribution into the target.
 *
 * @example
 * ```ts
 * import { F, tensor } from 'wengert'
 * const logits = tensor([[2, 0], [0, 2]])
 * const classes = tensor([0, 1], { dtype: 'int32' })
 * console.log(F.crossEntropy(logits, classes).item().toFixed(4)) // 0.1269
 * ```
 */
export function crossEntropy<S extends Shape, D extends DType, T extends Shape, E extends DType, R extends Reduction = 'mean'>(
  input: Tensor<S, D>,
  target: Arg<ClassTarget<S, T, E>, Tensor<T, E>, 'crossEntropy'>,
  weight?: Tensor | null | WithReduction<OptionsOf<'crossEntropy'>, R>,
  options?: WithReduction<OptionsOf<'crossEntropy'>, R>,
): Tensor<Reduced<R, number[]>, D> {
  requireTensor('crossEntropy', 'input', input)
  requireTensor('crossEntropy', 'target', target)
  const given = readOptions('crossEntropy', weight, options)
  requireFloat('crossEntropy', input)
  if (!(given.labelSmoothing >= 0 && given.labelSmoothing <= 1)) {
    throw new OptionError(`crossEntropy: labelSmoothing must be between 0 and 1, not ${given.labelSmoothing}.`)
  }
  const axis = classAxis('crossEntropy', input)
  const classes = target as Tensor // the sentence in the parameter's type is never a value
  const soft = isFloat(classes) && sameShape(input.shape, classes.shape)
  const loss = soft
    ? crossEntropyOfProbabilities(logSoftmax(input, axis), classes, axis, given)
    : crossEntropyOfIndices(input, classes, axis, given)
  return loss as Tensor<Reduced<R, number[]>, D>
}

function crossEntropyOfIndices(input: Value, target: Value, axis: number, options: ClassOptions & { labelSmoothing: number }): Value {
  const { weight, reduction, labelSmoothing } = options
  if (labelSmoothing === 0 && input.shape.length === 2) {
    const losses = (index: Value): Value => applyFused(fusedCrossEntropy, [input, index], null)
    return finish(pick('crossEntropy', input, target, options, losses), reduction)
  }
  const logProbabilities = logSoftmax(input, axis)
  const picked = pick('crossEntropy', input, target, options, pickFrom(logProbabilities, axis))
  if (labelSmoothing === 0) return finish(picked, reduction)
  const classes = logProbabilities.shape[axis] as number
  const weighted = weight === null ? logProbabilities : P.mul(logProbabilities, alongClasses(weight, logProbabilities.shape.length, axis))
  const everyClass = P.neg(P.sum(weighted, [axis]))
  const uniform: Picked = { ...picked, losses: picked.keep === null ? everyClass : P.where(picked.keep, everyClass, 0) }
  return P.add(P.mul(finish(picked, reduction), 1 - labelSmoothing), P.mul(finish(uniform, reduction), labelSmoothing / classes))
}

function crossEntropyOfProbabilities(
  logProbabilities: Value,
  target: Value,
  axis: number,
  options: ClassOptions & { labelSmoothing: number },
): Value {
  const { weight, reduction, labelSmoothing } = options
  if (options.ignoreIndex >= 0) throw new OptionError('crossEntropy: ignoreIndex needs class indices, but the target holds probabilities.')
  checkClassWeight('crossEntropy', logProbabilities, axis, weight)
  const classes = logProbabilities.shape[axis] as number
  const smoothed = labelSmoothing === 0 ? target : P.add(P.mul(target, 1 - labelSmoothing), labelSmoothing / classes)
  const products = P.mul(logProbabilities, smoothed)
  const weighted = weight === null ? products : P.mul(products, alongClasses(weight, logProbabilities.shape.length, axis))
  const losses = P.neg(P.sum(weighted, [axis]))
  return reduce(losses, reduction)
}

/**
 * `target · (log target − input)` of log-probabilities: the Kullback-Leibler divergence. Only `reduction: 'batchmean'` is the
 * mathematical one for a batch; `logTarget` says that the target, too, holds log-probabilities.
 */
export function klDiv<S extends Shape, D extends DType, R extends Reduction | 'batchmean' = 'mean'>(
  input: Tensor<S, D>,
  target: Tensor<S>,
  options?: WithReduction<OptionsOf<'klDiv'>, R>,
): Tensor<Reduced<R, S>, D> {
  requireTensor('klDiv', 'input', input)
  requireTensor('klDiv', 'target', target)
  const { reduction, logTarget } = readOptions('klDiv', options)
  requireFloat('klDiv', input)
  const losses = logTarget ? P.mul(P.exp(target), P.sub(target, input)) : P.sub(xlogy(target, target), P.mul(target, input))
  const batchMean = (): Value => P.div(P.sum(losses, null), input.shape[0] ?? 1)
  return (reduction === 'batchmean' ? batchMean() : reduce(losses, reduction)) as Tensor<Reduced<R, S>, D>
}
