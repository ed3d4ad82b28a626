// Affine maps and look-ups: linear, embedding, oneHot.
import type { DType } from '../../core/dtype.ts'
import { ShapeError } from '../../core/errors.ts'
import { printShape, type Shape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import * as indexing from '../../tensor/operations/embedding.ts'
import { matmul } from '../../tensor/operations/products.ts'
import { requireTensor } from '../../tensor/required-tensor.ts'
import type { Arg } from '../../tensor/shape-types.ts'
import type { OptionsOf as TensorOptionsOf } from '../../tensor/signatures.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { readOptions } from '../signatures/modules.ts'
import type { OptionsOf } from '../signatures.ts'
import type { IndexTarget } from './loss.ts'
import { requireDtypeOf } from './requirements.ts'

/**
 * `input · weightᵀ + bias`, with shapes `[…, I] × [O, I] → […, O]`.
 *
 * @example
 * ```ts
 * import { F, ones } from 'wengert'
 * console.log(F.linear(ones([2, 3]), ones([1, 3])).toArray()) // [ [ 3 ], [ 3 ] ]
 * ```
 */
export function linear<L extends number[], I extends number, O extends number, D extends DType>(
  input: Tensor<[...L, I], D>,
  weight: Tensor<[O, I]>,
  bias?: Tensor | null | OptionsOf<'linear'>,
): Tensor<[...L, O], D> {
  requireTensor('linear', 'input', input)
  requireTensor('linear', 'weight', weight)
  requireDtypeOf('linear', input, weight)
  const given = readOptions('linear', bias).bias
  const inputShape: Shape = input.shape
  const weightShape: Shape = weight.shape
  const rank = inputShape.length
  const features = weightShape[weightShape.length - 1]
  if (rank === 0 || weightShape.length === 0 || weightShape.length > 2 || inputShape[rank - 1] !== features) {
    throw new ShapeError(
      `linear: the input's last size must be the weight's, got ${printShape(inputShape)} × ${printShape(weightShape)}ᵀ. The weight has shape [outputs, inputs].`,
    )
  }
  if (weightShape.length === 1) return affine(matmul(input, weight), given) as Tensor<[...L, O], D>
  const matrix = P.transpose(weight, 0, 1)
  if (rank <= 2) return affine(rank === 2 ? P.matmul(input, matrix) : matmul(input, matrix), given) as Tensor<[...L, O], D>
  // one large product instead of a batch of small ones
  const leading = inputShape.slice(0, -1)
  const rows = leading.reduce((product, size) => product * size, 1)
  const flat = affine(P.matmul(P.reshape(input, [rows, features as number]), matrix), given)
  return P.reshape(flat, [...leading, weightShape[0] as number]) as Tensor<[...L, O], D>
}

const affine = (product: Value, bias: Value | null): Value => (bias === null ? product : P.add(product, bias))

/** The rows of `weight` that `input` (integers) names: `[…] → […, D]`. The row at `paddingIdx` gets no gradient. */
export function embedding<L extends number[], N extends number, D extends DType, E extends DType>(
  input: Arg<IndexTarget<E>, Tensor<L, E>, 'embedding'>,
  weight: Tensor<[number, N], D>,
  paddingIdx?: number | null | TensorOptionsOf<'embedding'>,
): Tensor<[...L, N], D> {
  requireTensor('embedding', 'input', input)
  requireTensor('embedding', 'weight', weight)
  return indexing.embedding(input as Tensor, weight, paddingIdx) as Tensor<[...L, N], D>
}

/**
 * Rows with a 1 at the named class and 0 elsewhere, as int32: `[…] → […, numClasses]`; by default one class more than the largest index.
 *
 * @example
 * ```ts
 * import { F, tensor } from 'wengert'
 * console.log(F.oneHot(tensor([0, 2], { dtype: 'int32' })).toArray()) // [ [ 1, 0, 0 ], [ 0, 0, 1 ] ]
 * ```
 */
export function oneHot<L extends number[], const N extends number = number>(
  input: Tensor<L>,
  numClasses?: N | { numClasses?: N | undefined },
): Tensor<[...L, N], 'int32'> {
  requireTensor('oneHot', 'input', input)
  return indexing.oneHot(input, numClasses) as Tensor<[...L, N], 'int32'>
}
