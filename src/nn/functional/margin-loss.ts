// Losses of scores that should lie on their side of a margin: `target` is 1 or −1. On the margin itself the derivative is that of the outside.
import type { DType } from '../../core/dtype.ts'
import type { Shape } from '../../core/shape.ts'
import * as P from '../../primitives/operations.ts'
import { requireTensor } from '../../tensor/required-tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { readOptions } from '../signatures/losses.ts'
import type { OptionsOf } from '../signatures.ts'
import { logSigmoidLoss } from './activation.ts'
import { type Reduced, type Reduction, reduce, type WithReduction } from './loss.ts'

/** `max(0, margin − target · (input1 − input2))`: the first should rank above the second by the margin where the target is 1, below where it is −1. */
export function marginRankingLoss<S extends Shape, D extends DType, R extends Reduction = 'mean'>(
  input1: Tensor<S, D>,
  input2: Tensor<S, D>,
  target: Tensor,
  options?: WithReduction<OptionsOf<'marginRankingLoss'>, R>,
): Tensor<Reduced<R, S>, D> {
  requireTensor('marginRankingLoss', 'input1', input1)
  requireTensor('marginRankingLoss', 'input2', input2)
  requireTensor('marginRankingLoss', 'target', target)
  const { margin, reduction } = readOptions('marginRankingLoss', options)
  const lead = P.mul(P.neg(target), P.sub(input1, input2))
  return reduce(P.clamp(P.add(lead, margin), 0, null), reduction) as Tensor<Reduced<R, S>, D>
}

/** The input where the target is 1, `max(0, margin − input)` where it is −1: for distances. */
export function hingeEmbeddingLoss<S extends Shape, D extends DType, R extends Reduction = 'mean'>(
  input: Tensor<S, D>,
  target: Tensor,
  options?: WithReduction<OptionsOf<'hingeEmbeddingLoss'>, R>,
): Tensor<Reduced<R, S>, D> {
  requireTensor('hingeEmbeddingLoss', 'input', input)
  requireTensor('hingeEmbeddingLoss', 'target', target)
  const { margin, reduction } = readOptions('hingeEmbeddingLoss', options)
  const apart = P.where(P.ne(target, 1), P.clamp(P.sub(margin, input), 0, null), 0)
  return reduce(P.add(apart, P.where(P.ne(target, -1), input, 0)), reduction) as Tensor<Reduced<R, S>, D>
}

/** `log(1 + exp(−target · input))`, without overflow. */
export function softMarginLoss<S extends Shape, D extends DType, R extends Reduction = 'mean'>(
  input: Tensor<S, D>,
  target: Tensor,
  options?: WithReduction<OptionsOf<'softMarginLoss'>, R>,
): Tensor<Reduced<R, S>, D> {
  requireTensor('softMarginLoss', 'input', input)
  requireTensor('softMarginLoss', 'target', target)
  const { reduction } = readOptions('softMarginLoss', options)
  return reduce(logSigmoidLoss(P.mul(target, input)), reduction) as Tensor<Reduced<R, S>, D>
}

/** `1 − cos(input1, input2)` along the last dim where the target is 1, `max(0, cos − margin)` where it is −1. */
export function cosineEmbeddingLoss<D extends DType, R extends Reduction = 'mean'>(
  input1: Tensor<any, D>,
  input2: Tensor<any, D>,
  target: Tensor,
  options?: WithReduction<OptionsOf<'cosineEmbeddingLoss'>, R>,
): Tensor<Reduced<R, number[]>, D> {
  requireTensor('cosineEmbeddingLoss', 'input1', input1)
  requireTensor('cosineEmbeddingLoss', 'input2', input2)
  requireTensor('cosineEmbeddingLoss', 'target', target)
  const { margin, reduction } = readOptions('cosineEmbeddingLoss', options)
  // PyTorch's guard against vectors of zeros
  const square = (x: Tensor) => P.add(P.sum(P.square(x), -1), 1e-12)
  const cosine = P.div(P.sum(P.mul(input1, input2), -1), P.sqrt(P.mul(square(input1), square(input2))))
  const alike = P.where(P.eq(target, 1), P.sub(1, cosine), 0)
  const apart = P.where(P.eq(target, -1), P.clamp(P.sub(cosine, margin), 0, null), 0)
  return reduce(P.add(alike, apart), reduction) as Tensor<Reduced<R, number[]>, D>
}
