// Normalisation of vectors, and distances between them.
import type { DType } from '../../core/dtype.ts'
import { broadcastShapes, normalizeDim, type Shape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { norm } from '../../tensor/operations/statistics.ts'
import { requireTensor } from '../../tensor/required-tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { readOptions } from '../signatures/normalizations.ts'
import type { OptionsOf } from '../signatures.ts'

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
